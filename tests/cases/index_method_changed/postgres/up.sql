DROP INDEX posts_body;

DROP INDEX posts_slug;

CREATE INDEX posts_body ON posts USING gin (body jsonb_path_ops);

CREATE INDEX posts_slug ON posts USING hash (slug);
