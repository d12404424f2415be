ALTER TABLE users DROP CONSTRAINT users_age_check;

ALTER TABLE users DROP INDEX users_email_key;

DROP INDEX users_age_email_idx ON users;

DROP INDEX users_age_idx ON users;

-- destroys data: column `users.email` and its data
ALTER TABLE users DROP COLUMN email;

-- destroys data: column `users.age` and its data
ALTER TABLE users DROP COLUMN age;
