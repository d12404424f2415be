ALTER TABLE users DROP INDEX users_name_age;

ALTER TABLE users DROP INDEX users_email_key;
