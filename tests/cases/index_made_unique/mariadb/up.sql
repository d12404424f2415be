DROP INDEX users_by_name ON users;

DROP INDEX users_email_idx ON users;

ALTER TABLE users ADD CONSTRAINT users_by_name UNIQUE (name);

ALTER TABLE users ADD CONSTRAINT users_email_idx UNIQUE (email);
