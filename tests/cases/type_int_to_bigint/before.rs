diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 1
        /// @index
        age -> Integer,
    }
}
