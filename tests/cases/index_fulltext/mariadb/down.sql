DROP INDEX posts_title_idx ON posts;

DROP INDEX posts_search ON posts;

DROP INDEX posts_body_idx ON posts;
