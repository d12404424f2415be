DROP INDEX users_name_idx;

DROP INDEX users_sorted;

CREATE INDEX users_name_age_idx ON users (name, age);

CREATE INDEX users_sorted ON users (name, age DESC);
