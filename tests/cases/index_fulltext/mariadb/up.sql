CREATE INDEX posts_body_idx ON posts (`body`(100));

CREATE FULLTEXT INDEX posts_search ON posts (title, `body`);

CREATE INDEX posts_title_idx ON posts (title(10));
