ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;

ALTER TABLE users DROP CONSTRAINT users_friend_id_fkey;

ALTER TABLE posts ALTER COLUMN user_id TYPE bigint;

DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence('users', 'id') || ' AS bigint'; END $$;

ALTER TABLE users
    ALTER COLUMN id TYPE bigint,
    ALTER COLUMN friend_id TYPE bigint;

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

ALTER TABLE users ADD CONSTRAINT users_friend_id_fkey FOREIGN KEY (friend_id) REFERENCES users (id);
