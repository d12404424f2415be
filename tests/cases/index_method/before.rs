diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        slug -> Text,
        tags -> Array<Nullable<Text>>,
        body -> Jsonb,
    }
}
