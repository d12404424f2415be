diesel::table! {
    /// @index (id, full_name)
    users (id) {
        /// @serial
        id -> Integer,
        /// @renamed_from name
        #[max_length = 50]
        /// @index
        /// @unique
        /// @check (length(full_name) > 1)
        full_name -> Varchar,
        /// @generated (upper(full_name)) stored
        loud -> Nullable<Text>,
    }
}
