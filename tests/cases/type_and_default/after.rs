diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 'one'
        age -> Nullable<Text>,
    }
}
