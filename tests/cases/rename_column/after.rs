diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        full_name -> Text,
    }
}
