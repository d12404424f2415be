ALTER TABLE posts RENAME CONSTRAINT posts_owner TO posts_author;
