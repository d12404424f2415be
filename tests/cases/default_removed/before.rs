diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 18
        age -> Integer,
        /// @default 'low'
        #[max_length = 20]
        level -> Nullable<Varchar>,
        /// @default CURRENT_TIMESTAMP
        seen -> Timestamp,
    }
}
