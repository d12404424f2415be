diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default (1 + 2 * 3)
        age -> Integer,
    }
}
