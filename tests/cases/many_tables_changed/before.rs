diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> Nullable<Integer>,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id)
        user_id -> Integer,
        title -> Text,
    }
}

diesel::table! {
    tags (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}
