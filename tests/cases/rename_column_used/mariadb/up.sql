ALTER TABLE users RENAME COLUMN name TO full_name;

ALTER TABLE users DROP CONSTRAINT users_name_check;

ALTER TABLE users ADD CONSTRAINT users_full_name_check CHECK (octet_length(`full_name`) > 1);
