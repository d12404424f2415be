-- SQLite cannot change this in place: `users` is built anew
ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    age INTEGER NOT NULL DEFAULT 1,
    email TEXT,
    level VARCHAR(20) NOT NULL
);

-- destroys data: column `users.born` and its data
-- destroys data: column `users.score` and its data
-- the data of `level` are lost: every row gets a placeholder
INSERT INTO users (id, name, age, email, level)
SELECT id, name, age, address, '1'
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

DROP TABLE users__old;
