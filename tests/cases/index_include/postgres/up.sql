DROP INDEX users_lookup;

CREATE INDEX users_age_idx ON users (age DESC NULLS LAST) INCLUDE (name) WHERE age > 0;

CREATE INDEX users_lookup ON users (email) INCLUDE (name, age);

CREATE UNIQUE INDEX users_name_email_idx ON users (name COLLATE "C", email NULLS FIRST) NULLS NOT DISTINCT;
