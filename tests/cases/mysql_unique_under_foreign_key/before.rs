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
        /// @unique posts_one_each
        user_id -> Integer,
    }
}
