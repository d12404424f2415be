ALTER TABLE posts ADD COLUMN prices numeric(6,2)[];

ALTER TABLE posts ALTER COLUMN scores TYPE bigint[];

UPDATE posts SET tags = '{}' WHERE tags IS NULL;

ALTER TABLE posts
    ALTER COLUMN tags SET DEFAULT '{}',
    ALTER COLUMN tags SET NOT NULL;

CREATE INDEX posts_tags_idx ON posts USING gin (tags);
