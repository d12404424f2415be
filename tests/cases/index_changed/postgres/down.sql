DROP INDEX users_sorted;

DROP INDEX users_name_email_idx;

CREATE INDEX users_sorted ON users (name, age);

CREATE INDEX users_name_idx ON users (name);
