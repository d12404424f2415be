-- SQLite cannot change this in place: `users` is built anew
ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    email VARCHAR(50) NOT NULL,
    age INTEGER NOT NULL,
    UNIQUE (email),
    CHECK (age > 0)
);

-- the data of `email` are lost: every row gets a placeholder
-- the data of `age` are lost: every row gets a placeholder
INSERT INTO users (id, name, email, age)
SELECT id, name, CAST(row_number() OVER () AS TEXT), 1
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

DROP TABLE users__old;

CREATE INDEX users_age_email_idx ON users (age, email);

CREATE INDEX users_age_idx ON users (age);
