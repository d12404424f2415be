DROP INDEX users_email_idx;

DROP INDEX users_by_name;

CREATE INDEX users_email_idx ON users (email);

CREATE INDEX users_by_name ON users (name);
