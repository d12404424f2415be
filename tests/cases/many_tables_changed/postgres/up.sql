ALTER TABLE posts RENAME COLUMN title TO heading;

ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;

CREATE TABLE topics (
    id serial,
    name text NOT NULL,
    CONSTRAINT topics_pkey PRIMARY KEY (id)
);

ALTER TABLE posts ADD COLUMN topic_id integer;

ALTER TABLE users ALTER COLUMN age TYPE bigint;

ALTER TABLE posts ADD CONSTRAINT posts_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES topics (id);

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

-- destroys data: table `tags` and its rows
DROP TABLE tags;
