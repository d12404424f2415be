diesel::table! {
    /// @index (name) where age >= 21
    /// @index users_email_known (email) unique where email is not null and name <> 'it''s'
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
