ALTER TABLE users DROP CONSTRAINT users_age_positive;

ALTER TABLE users ADD CONSTRAINT users_age_ok CHECK (`age` >= 0);
