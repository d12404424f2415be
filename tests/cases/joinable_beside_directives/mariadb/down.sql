ALTER TABLE posts
    DROP FOREIGN KEY posts_user_id_fkey,
    DROP INDEX posts_user_id_fkey;
