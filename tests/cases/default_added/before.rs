diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> Integer,
        #[max_length = 20]
        level -> Varchar,
        seen -> Nullable<Timestamp>,
    }
}
