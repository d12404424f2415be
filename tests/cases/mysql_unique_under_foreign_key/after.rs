diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id)
        user_id -> Integer,
    }
}
