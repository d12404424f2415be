diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        /// @type email
        email -> Text,
        /// @type email
        other -> Nullable<Text>,
    }
}
