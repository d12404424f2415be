ALTER TABLE users DROP CONSTRAINT users_age_ok;

ALTER TABLE users ADD CONSTRAINT users_age_positive CHECK (`age` >= 0);
