diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 4
        age -> BigInt,
    }
}
