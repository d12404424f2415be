-- SQLite cannot change this in place: `users` is built anew, with `likes`, `posts`, which refer to it
PRAGMA defer_foreign_keys = ON;

ALTER TABLE likes RENAME TO likes__old;

ALTER TABLE posts RENAME TO posts__old;

ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT
);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    answers INTEGER,
    FOREIGN KEY (answers) REFERENCES posts (id) ON DELETE SET NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE likes (
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (post_id, user_id),
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

INSERT INTO users (id, name)
SELECT id, name
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

INSERT INTO posts (id, user_id, answers)
SELECT id, user_id, answers
FROM posts__old;

-- `posts` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'posts';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'posts', seq
FROM sqlite_sequence
WHERE name = 'posts__old';

INSERT INTO likes (rowid, post_id, user_id)
SELECT rowid, post_id, user_id
FROM likes__old;

DROP TABLE likes__old;

DROP TABLE posts__old;

DROP TABLE users__old;
