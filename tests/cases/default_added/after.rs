diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 18
        age -> Integer,
        /// @default 'it''s new'
        #[max_length = 20]
        level -> Varchar,
        /// @default CURRENT_TIMESTAMP
        seen -> Nullable<Timestamp>,
    }
}
