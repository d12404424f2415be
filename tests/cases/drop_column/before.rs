diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        email -> Nullable<Text>,
        age -> Nullable<Integer>,
    }
}
