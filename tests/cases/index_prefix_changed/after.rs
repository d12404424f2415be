diesel::table! {
    /// @index posts_title (title(25))
    /// @index posts_body (body(20))
    posts (id) {
        /// @serial
        id -> Integer,
        #[max_length = 200]
        title -> Varchar,
        body -> Text,
    }
}
