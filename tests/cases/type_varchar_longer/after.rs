diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        /// @index
        #[max_length = 50]
        name -> Varchar,
    }
}
