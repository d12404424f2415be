CREATE TABLE tags (
    id int NOT NULL AUTO_INCREMENT,
    name text NOT NULL,
    PRIMARY KEY (id)
);

ALTER TABLE posts DROP FOREIGN KEY posts_user_id_fkey;

ALTER TABLE posts
    DROP FOREIGN KEY posts_topic_id_fkey,
    DROP INDEX posts_topic_id_fkey;

ALTER TABLE users MODIFY COLUMN age int;

-- destroys data: column `posts.topic_id` and its data
ALTER TABLE posts DROP COLUMN topic_id;

-- destroys data: table `topics` and its rows
DROP TABLE topics;

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);

ALTER TABLE posts RENAME COLUMN heading TO title;
