ALTER TABLE posts DROP CONSTRAINT posts_answers_fkey;

ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;

DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence('posts', 'id') || ' AS bigint'; END $$;

ALTER TABLE posts
    ALTER COLUMN id TYPE bigint,
    ALTER COLUMN user_id TYPE bigint,
    ALTER COLUMN answers TYPE bigint;

DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence('users', 'id') || ' AS bigint'; END $$;

ALTER TABLE users ALTER COLUMN id TYPE bigint;

ALTER TABLE posts ADD CONSTRAINT posts_answers_fkey FOREIGN KEY (answers) REFERENCES posts (id);

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
