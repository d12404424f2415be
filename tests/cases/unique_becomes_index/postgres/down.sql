DROP INDEX users_mail;

ALTER TABLE users ADD CONSTRAINT users_mail UNIQUE (email);
