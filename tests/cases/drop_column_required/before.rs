diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        #[max_length = 50]
        email -> Varchar,
        /// @default 'new'
        status -> Text,
        /// @default 3
        level -> Integer,
    }
}
