DROP INDEX users_sorted ON users;

ALTER TABLE users RENAME INDEX users_name_age_idx TO users_sorted;

CREATE INDEX users_name_idx ON users (name);
