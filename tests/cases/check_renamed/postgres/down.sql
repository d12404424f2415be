ALTER TABLE users RENAME CONSTRAINT users_age_positive TO users_age_ok;
