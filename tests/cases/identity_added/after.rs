diesel::table! {
    users (id) {
        /// @identity always
        id -> Integer,
        name -> Text,
    }
}
