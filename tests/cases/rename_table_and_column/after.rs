diesel::table! {
    /// @renamed_from users
    people (id) {
        /// @serial
        id -> Integer,
        /// @renamed_from name
        full_name -> Text,
        age -> Nullable<Integer>,
    }
}
