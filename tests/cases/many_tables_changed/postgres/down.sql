CREATE TABLE tags (
    id serial,
    name text NOT NULL,
    CONSTRAINT tags_pkey PRIMARY KEY (id)
);

ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;

ALTER TABLE posts DROP CONSTRAINT posts_topic_id_fkey;

ALTER TABLE users ALTER COLUMN age TYPE integer;

-- destroys data: column `posts.topic_id` and its data
ALTER TABLE posts DROP COLUMN topic_id;

-- destroys data: table `topics` and its rows
DROP TABLE topics;

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);

ALTER TABLE posts RENAME COLUMN heading TO title;
