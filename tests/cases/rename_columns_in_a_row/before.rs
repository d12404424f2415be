diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        first -> Text,
        last -> Text,
    }
}
