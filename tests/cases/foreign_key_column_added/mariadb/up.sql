ALTER TABLE posts ADD COLUMN user_id int;

CREATE INDEX posts_user_id_idx ON posts (user_id);

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL;
