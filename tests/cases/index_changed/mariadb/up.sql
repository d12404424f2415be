DROP INDEX users_name_idx ON users;

ALTER TABLE users RENAME INDEX users_sorted TO users_name_age_idx;

CREATE INDEX users_sorted ON users (name, age DESC);
