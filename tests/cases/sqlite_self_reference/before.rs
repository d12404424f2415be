diesel::table! {
    folders (id) {
        id -> Integer,
        name -> Nullable<Text>,
        /// @references folders(id) on delete cascade
        parent_id -> Nullable<Integer>,
    }
}
