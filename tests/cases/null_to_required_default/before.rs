diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> Nullable<Integer>,
        #[max_length = 20]
        level -> Nullable<Varchar>,
    }
}
