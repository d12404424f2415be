-- SQLite cannot change this in place: `users` is built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    team_id INTEGER NOT NULL,
    FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE
);

-- the data of `team_id` are lost: every row gets a placeholder
INSERT INTO users (id, name, team_id)
SELECT id, name, (SELECT id FROM teams LIMIT 1)
FROM users__old;

-- `users` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'users';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'users', seq
FROM sqlite_sequence
WHERE name = 'users__old';

DROP TABLE users__old;
