ALTER TABLE posts
    DROP FOREIGN KEY posts_author,
    DROP INDEX posts_author;

ALTER TABLE posts ADD CONSTRAINT posts_owner FOREIGN KEY (user_id) REFERENCES users (id);
