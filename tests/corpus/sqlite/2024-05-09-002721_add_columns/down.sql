DROP INDEX users_initial;
ALTER TABLE users DROP COLUMN initial;
ALTER TABLE users DROP COLUMN first_name;
ALTER TABLE users DROP COLUMN locale;
