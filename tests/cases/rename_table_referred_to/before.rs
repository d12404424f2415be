diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 50]
        /// @index
        name -> Varchar,
        #[max_length = 50]
        /// @unique
        email -> Varchar,
        /// @check (age >= 0)
        age -> Integer,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> Integer,
    }
}
