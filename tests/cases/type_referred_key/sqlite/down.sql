-- SQLite cannot change this in place: `posts`, `users` are built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE posts RENAME TO posts__old;

ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    friend_id INTEGER,
    name TEXT NOT NULL,
    FOREIGN KEY (friend_id) REFERENCES users (id)
);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

INSERT INTO users (id, friend_id, name)
SELECT id, friend_id, name
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

INSERT INTO posts (id, user_id)
SELECT id, user_id
FROM posts__old;

-- `posts` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'posts';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'posts', seq
FROM sqlite_sequence
WHERE name = 'posts__old';

DROP TABLE posts__old;

DROP TABLE users__old;
