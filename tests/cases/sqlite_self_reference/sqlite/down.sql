-- SQLite cannot change this in place: `folders` is built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE folders RENAME TO folders__old;

CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    name TEXT,
    parent_id INTEGER,
    FOREIGN KEY (parent_id) REFERENCES folders (id) ON DELETE CASCADE
);

INSERT INTO folders (id, name, parent_id)
SELECT id, name, parent_id
FROM folders__old;

DROP TABLE folders__old;
