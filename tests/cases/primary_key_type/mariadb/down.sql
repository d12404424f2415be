ALTER TABLE posts DROP FOREIGN KEY posts_user_id_fkey;

ALTER TABLE posts DROP FOREIGN KEY posts_answers_fkey;

ALTER TABLE users MODIFY COLUMN id int NOT NULL AUTO_INCREMENT;

ALTER TABLE posts
    MODIFY COLUMN answers int,
    MODIFY COLUMN user_id int NOT NULL,
    MODIFY COLUMN id int NOT NULL AUTO_INCREMENT;

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

ALTER TABLE posts ADD CONSTRAINT posts_answers_fkey FOREIGN KEY (answers) REFERENCES posts (id);
