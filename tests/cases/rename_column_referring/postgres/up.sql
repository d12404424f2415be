ALTER TABLE posts RENAME COLUMN user_id TO author_id;
