diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        /// @default ''
        name -> Text,
    }
}
