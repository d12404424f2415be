ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;

ALTER TABLE posts DROP CONSTRAINT posts_answers_fkey;

DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence('users', 'id') || ' AS integer'; END $$;

ALTER TABLE users ALTER COLUMN id TYPE integer;

ALTER TABLE posts
    ALTER COLUMN answers TYPE integer,
    ALTER COLUMN user_id TYPE integer;

DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence('posts', 'id') || ' AS integer'; END $$;

ALTER TABLE posts ALTER COLUMN id TYPE integer;

ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

ALTER TABLE posts ADD CONSTRAINT posts_answers_fkey FOREIGN KEY (answers) REFERENCES posts (id);
