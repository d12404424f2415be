diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default CURRENT_TIMESTAMP
        seen -> Timestamp,
    }
}
