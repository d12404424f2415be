diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        email -> Text,
    }
}
