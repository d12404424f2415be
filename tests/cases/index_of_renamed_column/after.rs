diesel::table! {
    /// @index (full_name)
    /// @index users_by_age (age, full_name)
    users (id) {
        /// @serial
        id -> Integer,
        /// @renamed_from name
        #[max_length = 80]
        full_name -> Varchar,
        #[max_length = 120]
        email -> Nullable<Varchar>,
        age -> Nullable<Integer>,
    }
}
