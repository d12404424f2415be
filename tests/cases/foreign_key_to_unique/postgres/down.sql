ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;

ALTER TABLE users DROP CONSTRAINT users_login_key;
