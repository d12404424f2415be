diesel::table! {
    users (id) {
        id -> Integer,
        #[max_length = 80]
        name -> Varchar,
    }
}

diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(users, posts);
