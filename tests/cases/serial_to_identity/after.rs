diesel::table! {
    users (id) {
        /// @identity
        id -> BigInt,
        name -> Text,
    }
}
