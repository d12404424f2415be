diesel::table! {
    people (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}
