-- SQLite cannot change this in place: `posts`, `users` are built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE posts RENAME TO posts__old;

ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    login VARCHAR(40) NOT NULL,
    UNIQUE (login)
);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author VARCHAR(40) NOT NULL,
    FOREIGN KEY (author) REFERENCES users (login) ON UPDATE CASCADE
);

INSERT INTO users (id, login)
SELECT id, login
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

INSERT INTO posts (id, author)
SELECT id, author
FROM posts__old;

-- `posts` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'posts';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'posts', seq
FROM sqlite_sequence
WHERE name = 'posts__old';

DROP TABLE users__old;

DROP TABLE posts__old;
