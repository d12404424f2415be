-- SQLite cannot change this in place: `users` is built anew
ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    age BIGINT NOT NULL DEFAULT 2,
    address VARCHAR(80),
    score INTEGER NOT NULL DEFAULT 0,
    born DATE,
    CONSTRAINT users_score_counted CHECK (score >= 0)
);

-- destroys data: column `users.level` and its data
INSERT INTO users (id, name, age, address)
SELECT id, name, age, email
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

DROP TABLE users__old;

CREATE INDEX users_born_idx ON users (born);
