diesel::table! {
    people (id) {
        /// @serial
        id -> Integer,
        /// @default 'sad'
        /// @check (mood in ('sad', 'happy'))
        mood -> Text,
    }
}
