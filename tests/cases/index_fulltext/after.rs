diesel::table! {
    /// @index posts_search (title, body) using fulltext
    /// @index (title(10))
    /// @index (body(100))
    posts (id) {
        /// @serial
        id -> Integer,
        #[max_length = 200]
        title -> Varchar,
        body -> Text,
    }
}
