-- SQLite cannot change this in place: `users` is built anew
ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

INSERT INTO users (id, name)
SELECT id, name
FROM users__old;

DROP TABLE users__old;
