diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @renamed_from age
        /// @default 0
        years -> BigInt,
    }
}
