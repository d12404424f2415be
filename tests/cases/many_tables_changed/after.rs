diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> Nullable<BigInt>,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> Integer,
        /// @renamed_from title
        heading -> Text,
        /// @references topics(id)
        topic_id -> Nullable<Integer>,
    }
}

diesel::table! {
    topics (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}
