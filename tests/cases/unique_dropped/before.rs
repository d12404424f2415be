diesel::table! {
    /// @unique (email)
    /// @unique users_name_age (name, age)
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 80]
        name -> Varchar,
        #[max_length = 120]
        email -> Nullable<Varchar>,
        age -> Nullable<Integer>,
    }
}
