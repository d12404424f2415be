diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default CURRENT_TIMESTAMP on update CURRENT_TIMESTAMP
        seen -> Timestamp,
    }
}
