CREATE INDEX posts_body_idx ON posts USING gin (body jsonb_path_ops);

CREATE INDEX posts_slug_idx ON posts USING hash (slug);

CREATE INDEX posts_slug_prefix ON posts (slug text_pattern_ops);

CREATE INDEX posts_tags_idx ON posts USING gin (tags);
