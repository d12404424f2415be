diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    notes (id) {
        /// @serial
        id -> Integer,
        /// @references users(id)
        user_id -> Integer,
        /// @index
        rank -> Integer,
    }
}
