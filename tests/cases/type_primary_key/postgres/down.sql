DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence('users', 'id') || ' AS integer'; END $$;

ALTER TABLE users ALTER COLUMN id TYPE integer;
