diesel::table! {
    folders (id) {
        /// @serial
        id -> Integer,
        /// @references folders(id) on delete cascade
        parent_id -> Nullable<Integer>,
        #[max_length = 80]
        name -> Varchar,
    }
}
