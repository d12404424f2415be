diesel::table! {
    users (id) {
        /// @serial
        id -> BigInt,
        #[max_length = 80]
        name -> Varchar,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> BigInt,
        /// @references users(id) on delete cascade
        user_id -> BigInt,
        /// @references posts(id)
        answers -> Nullable<BigInt>,
    }
}
