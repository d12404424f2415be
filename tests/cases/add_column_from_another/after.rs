diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @unique
        #[max_length = 50]
        login -> Varchar,
    }
}
