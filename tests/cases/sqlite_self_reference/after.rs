diesel::table! {
    folders (id) {
        id -> Integer,
        name -> Text,
        /// @references folders(id) on delete cascade
        parent_id -> Nullable<Integer>,
    }
}
