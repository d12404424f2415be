ALTER TABLE users DROP INDEX users_locale_idx, DROP COLUMN given_name, DROP COLUMN locale;
