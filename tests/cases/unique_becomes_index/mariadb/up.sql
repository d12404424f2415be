ALTER TABLE users DROP INDEX users_mail;

CREATE INDEX users_mail ON users (email);
