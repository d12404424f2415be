diesel::table! {
    /// @index (lower(name)) unique
    /// @index users_by_mail (lower(email) desc, id)
    /// @index ((coalesce(age, 0) + 1))
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
