diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        /// @renamed_from last
        first -> Text,
        /// @renamed_from first
        middle -> Text,
    }
}
