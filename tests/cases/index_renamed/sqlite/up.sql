DROP INDEX users_by_name;

CREATE INDEX users_name_lookup ON users (name);
