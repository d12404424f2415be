ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;

DROP INDEX posts_user_id_idx;

-- destroys data: column `posts.user_id` and its data
ALTER TABLE posts DROP COLUMN user_id;
