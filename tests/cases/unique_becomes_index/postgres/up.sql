ALTER TABLE users DROP CONSTRAINT users_mail;

CREATE INDEX users_mail ON users (email);
