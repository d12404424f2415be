DROP INDEX users_by_age ON users;

DROP INDEX users_name_idx ON users;
