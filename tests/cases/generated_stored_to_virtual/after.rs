diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        age -> Integer,
        /// @generated (age + 1) virtual
        next -> Nullable<Integer>,
    }
}
