-- SQLite cannot change this in place: `users` is built anew
ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    age BIGINT,
    UNIQUE (name, age)
);

INSERT INTO users (id, name, age)
SELECT id, name, age
FROM users__old;

DROP TABLE users__old;

CREATE INDEX adults ON users (name) WHERE age >= 18;

CREATE UNIQUE INDEX names ON users (lower(name), age DESC);
