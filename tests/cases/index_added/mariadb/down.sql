DROP INDEX users_name_idx ON users;

DROP INDEX users_age_name_idx ON users;
