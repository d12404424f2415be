DROP INDEX posts_tags_idx;

ALTER TABLE posts
    ALTER COLUMN tags DROP DEFAULT,
    ALTER COLUMN tags DROP NOT NULL;

ALTER TABLE posts ALTER COLUMN scores TYPE integer[];

-- destroys data: column `posts.prices` and its data
ALTER TABLE posts DROP COLUMN prices;
