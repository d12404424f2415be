diesel::table! {
    /// @index users_lookup (email) include (name, age)
    /// @index (age desc nulls last) include (name) where age > 0
    /// @index (name collate "C", email nulls first) unique nulls not distinct
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
