-- The parent of other tables, rebuilt by the steps of SQLite's manual.
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE counters_new (name TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0, note TEXT DEFAULT ';') WITHOUT ROWID;
INSERT INTO counters_new (name, n) SELECT name, n FROM counters;
DROP TABLE counters;
ALTER TABLE counters_new RENAME TO counters;
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys = ON;
