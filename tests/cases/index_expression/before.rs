diesel::table! {
    /// @index (lower(name))
    /// @index users_by_mail (lower(email))
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
