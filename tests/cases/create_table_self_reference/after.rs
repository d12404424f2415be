diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    categories (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @references categories(id) on delete set null
        parent_id -> Nullable<Integer>,
    }
}
