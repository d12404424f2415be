DROP INDEX users_name_lookup;

CREATE INDEX users_by_name ON users (name);
