diesel::table! {
    /// @unique users_mail (email) nulls not distinct
    /// @unique (age) nulls not distinct deferrable initially deferred
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
