diesel::table! {
    users (id) {
        id -> Integer,
        /// @default 'x'
        name -> Text,
    }
}
