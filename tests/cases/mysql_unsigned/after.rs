diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> Unsigned<Integer>,
    }
}
