-- SQLite cannot change this in place: `posts`, `users` are built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE posts RENAME TO posts__old;

ALTER TABLE users RENAME TO users__old;

CREATE TABLE topics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    age BIGINT
);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    heading TEXT NOT NULL,
    topic_id INTEGER,
    FOREIGN KEY (topic_id) REFERENCES topics (id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
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

INSERT INTO posts (id, user_id, heading)
SELECT id, user_id, title
FROM posts__old;

-- `posts` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'posts';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'posts', seq
FROM sqlite_sequence
WHERE name = 'posts__old';

-- destroys data: table `tags` and its rows
DROP TABLE tags;

DROP TABLE posts__old;

DROP TABLE users__old;
