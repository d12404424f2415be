ALTER TABLE users DROP INDEX users_email_key;

ALTER TABLE users DROP INDEX users_name_age;
