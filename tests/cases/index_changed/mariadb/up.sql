DROP INDEX users_name_idx ON users;

DROP INDEX users_sorted ON users;

CREATE INDEX users_name_email_idx ON users (name, email);

CREATE INDEX users_sorted ON users (name, age DESC);
