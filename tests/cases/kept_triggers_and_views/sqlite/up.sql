-- SQLite cannot change this in place: `users` is built anew
DROP TRIGGER IF EXISTS kept;

DROP VIEW IF EXISTS grown_up;

ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    age BIGINT NOT NULL,
    born DATE
);

INSERT INTO users (id, name, age)
SELECT id, name, age
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

DROP TABLE users__old;

CREATE VIEW grown_up AS SELECT id, name FROM users WHERE age >= 18;

CREATE TRIGGER kept BEFORE INSERT ON users WHEN NEW.age < 0 BEGIN SELECT RAISE(ABORT, 'too young'); END;
