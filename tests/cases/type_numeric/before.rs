diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @type numeric(8, 2)
        age -> Numeric,
    }
}
