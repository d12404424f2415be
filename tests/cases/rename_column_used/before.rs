diesel::table! {
    /// @index (id, name)
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 50]
        /// @index
        /// @unique
        /// @check (length(name) > 1)
        name -> Varchar,
        /// @generated (upper(name)) stored
        loud -> Nullable<Text>,
    }
}
