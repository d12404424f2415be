diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> BigInt,
        born -> Nullable<Date>,
    }
}
