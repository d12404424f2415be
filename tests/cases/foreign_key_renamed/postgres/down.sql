ALTER TABLE posts RENAME CONSTRAINT posts_author TO posts_owner;
