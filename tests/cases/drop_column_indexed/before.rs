diesel::table! {
    /// @index (age, email)
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        #[max_length = 50]
        /// @unique
        email -> Varchar,
        /// @index
        /// @check (age > 0)
        age -> Integer,
    }
}
