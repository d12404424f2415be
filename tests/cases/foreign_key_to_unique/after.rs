diesel::table! {
    /// @unique (login)
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
        /// @references users(login) on update cascade
        #[max_length = 40]
        author -> Varchar,
    }
}
