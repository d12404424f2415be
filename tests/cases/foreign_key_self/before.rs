diesel::table! {
    folders (id) {
        /// @serial
        id -> Integer,
        parent_id -> Nullable<Integer>,
        #[max_length = 80]
        name -> Varchar,
    }
}
