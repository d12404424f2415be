ALTER TABLE posts DROP FOREIGN KEY posts_answers_fkey;

ALTER TABLE posts DROP FOREIGN KEY posts_user_id_fkey;

ALTER TABLE posts
    MODIFY COLUMN id bigint NOT NULL AUTO_INCREMENT,
    MODIFY COLUMN user_id bigint NOT NULL,
    MODIFY COLUMN answers bigint;

ALTER TABLE users MODIFY COLUMN id bigint NOT NULL AUTO_INCREMENT;

ALTER TABLE posts ADD CONSTRAINT posts_answers_fkey FOREIGN KEY (answers) REFERENCES posts (id);

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
