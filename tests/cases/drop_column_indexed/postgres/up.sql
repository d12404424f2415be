ALTER TABLE users DROP CONSTRAINT users_age_check;

ALTER TABLE users DROP CONSTRAINT users_email_key;

DROP INDEX users_age_email_idx;

DROP INDEX users_age_idx;

-- destroys data: column `users.email` and its data
ALTER TABLE users DROP COLUMN email;

-- destroys data: column `users.age` and its data
ALTER TABLE users DROP COLUMN age;
