diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @generated (upper(name)) stored
        loud -> Nullable<Text>,
    }
}
