DROP INDEX users_name_idx;

ALTER INDEX users_sorted RENAME TO users_name_age_idx;

CREATE INDEX users_sorted ON users (name, age DESC);
