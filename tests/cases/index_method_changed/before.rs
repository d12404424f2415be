diesel::table! {
    /// @index posts_body (body) using gin
    /// @index posts_slug (slug)
    posts (id) {
        /// @serial
        id -> Integer,
        slug -> Text,
        body -> Jsonb,
    }
}
