DO $$ BEGIN EXECUTE 'DROP SEQUENCE ' || pg_get_serial_sequence('users', 'id') || ' CASCADE'; END $$;
