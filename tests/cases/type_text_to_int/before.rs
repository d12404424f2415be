diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default '0'
        #[max_length = 9]
        age -> Varchar,
    }
}
