diesel::table! {
    /// @index (tags) using gin
    /// @index (body jsonb_path_ops) using gin
    /// @index (slug) using hash
    /// @index posts_slug_prefix (slug text_pattern_ops)
    posts (id) {
        /// @serial
        id -> Integer,
        slug -> Text,
        tags -> Array<Nullable<Text>>,
        body -> Jsonb,
    }
}
