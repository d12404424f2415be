diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> Integer,
    }
}

diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}
