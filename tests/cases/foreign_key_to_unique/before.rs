diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        #[max_length = 40]
        login -> Varchar,
    }
}

diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        #[max_length = 40]
        author -> Varchar,
    }
}
