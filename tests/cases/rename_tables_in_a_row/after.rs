diesel::table! {
    /// @renamed_from dogs
    cats (id) {
        /// @serial
        id -> Integer,
        bark -> Text,
    }
}

diesel::table! {
    /// @renamed_from cats
    tigers (id) {
        /// @serial
        id -> Integer,
        meow -> Text,
    }
}
