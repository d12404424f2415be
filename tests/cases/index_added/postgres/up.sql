CREATE INDEX users_age_name_idx ON users (age DESC, name);

CREATE INDEX users_name_idx ON users (name);
