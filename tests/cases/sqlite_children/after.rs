diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> Integer,
        /// @references posts(id) on delete set null
        answers -> Nullable<Integer>,
    }
}

diesel::table! {
    likes (post_id, user_id) {
        /// @references posts(id) on delete cascade
        post_id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> Integer,
    }
}
