ALTER TABLE users DROP CONSTRAINT users_name_age;

ALTER TABLE users DROP CONSTRAINT users_email_key;
