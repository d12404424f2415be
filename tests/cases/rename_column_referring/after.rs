diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id) on delete cascade
        /// @renamed_from user_id
        author_id -> Integer,
    }
}

diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}
