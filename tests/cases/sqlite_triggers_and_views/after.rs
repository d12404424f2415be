diesel::table! {
    /// @check (name <> '')
    users (id) {
        id -> Integer,
        name -> Text,
        /// @default ''
        email -> Text,
    }
}

diesel::table! {
    renames (id) {
        id -> Integer,
        was -> Text,
    }
}
