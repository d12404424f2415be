diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
    }
}

diesel::table! {
    /// @index posts_by_user (user_id, shop)
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id)
        user_id -> Integer,
        shop -> Integer,
    }
}
