DROP INDEX posts_slug;

DROP INDEX posts_body;

CREATE INDEX posts_slug ON posts (slug);

CREATE INDEX posts_body ON posts USING gin (body);
