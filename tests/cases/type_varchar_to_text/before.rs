diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 20]
        name -> Varchar,
    }
}
