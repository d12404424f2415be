DROP INDEX posts_title ON posts;

DROP INDEX posts_body ON posts;

CREATE INDEX posts_title ON posts (title(10));

CREATE UNIQUE INDEX posts_body ON posts (`body`(20));
