diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Nullable<Text>,
    }
}
