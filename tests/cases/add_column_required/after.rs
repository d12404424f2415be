diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> Integer,
        #[max_length = 40]
        email -> Varchar,
    }
}
