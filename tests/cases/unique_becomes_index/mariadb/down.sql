DROP INDEX users_mail ON users;

ALTER TABLE users ADD CONSTRAINT users_mail UNIQUE (email);
