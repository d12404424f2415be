diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    things (id) {
        /// @serial
        id -> Unsigned<BigInt>,
        small -> Unsigned<Smallint>,
        /// @type tinyint unsigned
        tiny -> Unsigned<TinyInt>,
        /// @type mediumint
        medium -> Integer,
        /// @type double
        ratio -> Double,
        /// @type decimal(8,3) unsigned
        price -> Numeric,
        /// @type year(4)
        born -> Integer,
        /// @type set('a','b')
        flags -> Text,
        /// @type enum('x','y')
        /// @default 'x'
        kind -> Text,
        /// @type mediumtext
        body -> Text,
        /// @type binary(16)
        uuid -> Binary,
        /// @type json
        data -> Text,
        /// @type datetime(6)
        /// @default current_timestamp(6)
        made_at -> Datetime,
        /// @default CURRENT_TIMESTAMP on update CURRENT_TIMESTAMP
        changed_at -> Timestamp,
    }
}
