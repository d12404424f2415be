diesel::table! {
    /// @unique (email)
    users (id) {
        /// @serial
        id -> Integer,
        email -> Text,
    }
}
