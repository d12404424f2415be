diesel::table! {
    /// @check users_reachable (email is not null or name <> '')
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 80]
        name -> Varchar,
        #[max_length = 120]
        email -> Nullable<Varchar>,
        /// @check (age >= 0)
        /// @check users_age_sane (age < 200)
        age -> Nullable<Integer>,
    }
}
