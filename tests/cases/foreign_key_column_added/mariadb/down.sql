ALTER TABLE posts
    DROP FOREIGN KEY posts_user_id_fkey,
    DROP INDEX IF EXISTS posts_user_id_fkey;

DROP INDEX posts_user_id_idx ON posts;

-- destroys data: `user_id` of every row of `posts`
ALTER TABLE posts DROP COLUMN user_id;
