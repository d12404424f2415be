ALTER TABLE posts RENAME COLUMN author_id TO user_id;
