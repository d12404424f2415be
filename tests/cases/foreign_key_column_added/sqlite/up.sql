ALTER TABLE posts ADD COLUMN user_id INTEGER REFERENCES users (id) ON DELETE SET NULL;

CREATE INDEX posts_user_id_idx ON posts (user_id);
