diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 'new'
        #[max_length = 20]
        status -> Varchar,
        /// @default true
        active -> Bool,
        /// @default 0
        visits -> BigInt,
        /// @default CURRENT_TIMESTAMP
        created_at -> Timestamp,
    }
}
