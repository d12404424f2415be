diesel::table! {
    cats (id) {
        /// @serial
        id -> Integer,
        meow -> Text,
    }
}

diesel::table! {
    dogs (id) {
        /// @serial
        id -> Integer,
        bark -> Text,
    }
}
