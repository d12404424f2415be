diesel::table! {
    people (id) {
        /// @serial
        id -> Integer,
        /// @default 'sad'
        mood -> Text,
    }
}
