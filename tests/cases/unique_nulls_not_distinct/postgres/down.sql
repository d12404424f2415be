ALTER TABLE users DROP CONSTRAINT users_mail;

ALTER TABLE users DROP CONSTRAINT users_age_key;

ALTER TABLE users ADD CONSTRAINT users_mail UNIQUE (email);
