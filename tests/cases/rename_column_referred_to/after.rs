diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(user_id) on delete cascade
        user_id -> Integer,
    }
}

diesel::table! {
    users (user_id) {
        /// @serial
        /// @renamed_from id
        user_id -> Integer,
        name -> Text,
    }
}
