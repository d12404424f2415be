DROP INDEX users_name_idx;

DROP INDEX users_email_known;

CREATE INDEX users_name_idx ON users (name) WHERE age > 18;
