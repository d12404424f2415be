ALTER TABLE users ADD CONSTRAINT users_login_key UNIQUE (login);

ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (login) ON UPDATE CASCADE;
