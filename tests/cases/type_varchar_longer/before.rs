diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        /// @index
        #[max_length = 20]
        name -> Varchar,
    }
}
