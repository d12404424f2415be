diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        /// @default 'x'
        name -> Text,
    }
}
