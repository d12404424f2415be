diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @type numeric(12, 2)
        age -> Numeric,
    }
}
