DROP INDEX users_sorted;

ALTER INDEX users_name_age_idx RENAME TO users_sorted;

CREATE INDEX users_name_idx ON users (name);
