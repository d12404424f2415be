DROP INDEX posts_body ON posts;

DROP INDEX posts_title ON posts;

CREATE INDEX posts_body ON posts (`body`(20));

CREATE INDEX posts_title ON posts (title(25));
