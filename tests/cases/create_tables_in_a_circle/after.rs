diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    authors (id) {
        /// @serial
        id -> Integer,
        /// @references books(id) on delete set null
        best_book_id -> Nullable<Integer>,
    }
}

diesel::table! {
    books (id) {
        /// @serial
        id -> Integer,
        /// @references authors(id)
        author_id -> Integer,
    }
}
