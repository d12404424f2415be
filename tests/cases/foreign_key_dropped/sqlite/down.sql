-- SQLite cannot change this in place: `posts` is built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE posts RENAME TO posts__old;

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER,
    title VARCHAR(200) NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

INSERT INTO posts (id, user_id, title)
SELECT id, user_id, title
FROM posts__old;

-- `posts` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'posts';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'posts', seq
FROM sqlite_sequence
WHERE name = 'posts__old';

DROP TABLE posts__old;
