ALTER TABLE posts
    DROP FOREIGN KEY posts_owner,
    DROP INDEX posts_owner;

ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (user_id) REFERENCES users (id);
