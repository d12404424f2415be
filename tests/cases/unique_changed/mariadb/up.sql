ALTER TABLE users DROP INDEX users_email_key;

ALTER TABLE users DROP INDEX users_identity;

ALTER TABLE users ADD CONSTRAINT users_email_age_key UNIQUE (email, age);

ALTER TABLE users ADD CONSTRAINT users_identity UNIQUE (name, email);
