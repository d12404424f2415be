ALTER TABLE posts DROP FOREIGN KEY posts_user_id_fkey;

ALTER TABLE users DROP FOREIGN KEY users_friend_id_fkey;

ALTER TABLE posts MODIFY COLUMN user_id bigint NOT NULL;

ALTER TABLE users
    MODIFY COLUMN id bigint NOT NULL AUTO_INCREMENT,
    MODIFY COLUMN friend_id bigint;

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

ALTER TABLE users ADD CONSTRAINT users_friend_id_fkey FOREIGN KEY (friend_id) REFERENCES users (id);
