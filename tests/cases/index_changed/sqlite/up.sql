DROP INDEX users_name_idx;

DROP INDEX users_sorted;

CREATE INDEX users_name_email_idx ON users (name, email);

CREATE INDEX users_sorted ON users (name, age DESC);
