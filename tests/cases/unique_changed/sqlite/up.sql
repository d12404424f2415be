-- SQLite cannot change this in place: `users` is built anew
ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(80) NOT NULL,
    email VARCHAR(120),
    age INTEGER,
    UNIQUE (email, age),
    CONSTRAINT users_identity UNIQUE (name, email)
);

INSERT INTO users (id, name, email, age)
SELECT id, name, email, age
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

DROP TABLE users__old;
