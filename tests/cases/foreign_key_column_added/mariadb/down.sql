ALTER TABLE posts
    DROP FOREIGN KEY posts_user_id_fkey,
    DROP INDEX IF EXISTS posts_user_id_fkey;

DROP INDEX posts_user_id_idx ON posts;

-- destroys data: column `posts.user_id` and its data
ALTER TABLE posts DROP COLUMN user_id;
