diesel::table! {
    /// @index posts_title (title(10))
    /// @index posts_body (body(20)) unique
    posts (id) {
        /// @serial
        id -> Integer,
        #[max_length = 200]
        title -> Varchar,
        body -> Text,
    }
}
