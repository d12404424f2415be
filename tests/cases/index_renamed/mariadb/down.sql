ALTER TABLE users RENAME INDEX users_name_lookup TO users_by_name;
