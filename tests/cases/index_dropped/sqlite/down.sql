CREATE INDEX users_name_idx ON users (name);

CREATE INDEX users_by_age ON users (age DESC, name);
