ALTER TABLE posts RENAME COLUMN title TO heading;

ALTER TABLE posts DROP FOREIGN KEY posts_user_id_fkey;

CREATE TABLE topics (
    id int NOT NULL AUTO_INCREMENT,
    name text NOT NULL,
    PRIMARY KEY (id)
);

ALTER TABLE posts ADD COLUMN topic_id int;

ALTER TABLE users MODIFY COLUMN age bigint;

ALTER TABLE posts ADD CONSTRAINT posts_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES topics (id);

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

-- destroys data: table `tags` and its rows
DROP TABLE tags;
