-- SQLite cannot change this in place: `folders` is built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE folders RENAME TO folders__old;

CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER,
    name VARCHAR(80) NOT NULL
);

INSERT INTO folders (id, parent_id, name)
SELECT id, parent_id, name
FROM folders__old;

-- `folders` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'folders';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'folders', seq
FROM sqlite_sequence
WHERE name = 'folders__old';

DROP TABLE folders__old;
