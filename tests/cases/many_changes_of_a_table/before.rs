diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 1
        age -> Integer,
        email -> Nullable<Text>,
        #[max_length = 20]
        level -> Varchar,
    }
}
