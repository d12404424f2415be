diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 50]
        /// @index
        name -> Varchar,
    }
}
