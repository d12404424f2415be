diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 50]
        /// @index
        /// @collate utf8mb4_bin
        name -> Varchar,
    }
}
