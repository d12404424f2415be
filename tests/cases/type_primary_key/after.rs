diesel::table! {
    users (id) {
        /// @serial
        id -> BigInt,
        name -> Text,
    }
}
