diesel::table! {
    /// @index posts_body (body jsonb_path_ops) using gin
    /// @index posts_slug (slug) using hash
    posts (id) {
        /// @serial
        id -> Integer,
        slug -> Text,
        body -> Jsonb,
    }
}
