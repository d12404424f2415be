DROP INDEX users_by_name;

DROP INDEX users_email_idx;

CREATE UNIQUE INDEX users_by_name ON users (name);

CREATE UNIQUE INDEX users_email_idx ON users (email);
