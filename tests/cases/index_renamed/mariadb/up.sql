ALTER TABLE users RENAME INDEX users_by_name TO users_name_lookup;
