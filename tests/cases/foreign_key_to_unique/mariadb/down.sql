ALTER TABLE posts
    DROP FOREIGN KEY posts_author_fkey,
    DROP INDEX posts_author_fkey;

ALTER TABLE users DROP INDEX users_login_key;
