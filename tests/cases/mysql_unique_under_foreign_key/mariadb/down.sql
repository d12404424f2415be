ALTER TABLE posts ADD CONSTRAINT posts_one_each UNIQUE (user_id);
