diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @generated (upper(name)) virtual
        loud -> Nullable<Text>,
    }
}
