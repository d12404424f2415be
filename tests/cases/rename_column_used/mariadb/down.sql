ALTER TABLE users DROP CONSTRAINT users_full_name_check;

ALTER TABLE users ADD CONSTRAINT users_name_check CHECK (octet_length(`full_name`) > 1);

ALTER TABLE users RENAME COLUMN full_name TO name;
