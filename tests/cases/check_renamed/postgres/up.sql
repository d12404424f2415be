ALTER TABLE users RENAME CONSTRAINT users_age_ok TO users_age_positive;
