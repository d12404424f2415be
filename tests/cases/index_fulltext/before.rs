diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        #[max_length = 200]
        title -> Varchar,
        body -> Text,
    }
}
