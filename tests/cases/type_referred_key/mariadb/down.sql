ALTER TABLE users DROP FOREIGN KEY users_friend_id_fkey;

ALTER TABLE posts DROP FOREIGN KEY posts_user_id_fkey;

ALTER TABLE users
    MODIFY COLUMN friend_id int,
    MODIFY COLUMN id int NOT NULL AUTO_INCREMENT;

ALTER TABLE posts MODIFY COLUMN user_id int NOT NULL;

ALTER TABLE users ADD CONSTRAINT users_friend_id_fkey FOREIGN KEY (friend_id) REFERENCES users (id);

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
