-- SQLite cannot change this in place: `posts` is built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE posts RENAME TO posts__old;

CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
);

INSERT INTO posts (id, user_id)
SELECT id, user_id
FROM posts__old;

DROP TABLE posts__old;
