diesel::table! {
    /// @check users_age_sane (age < 150)
    /// @check (age > 0)
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
