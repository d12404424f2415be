diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 80]
        name -> Varchar,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> Nullable<Integer>,
        #[max_length = 200]
        title -> Varchar,
    }
}
