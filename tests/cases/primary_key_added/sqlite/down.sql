-- SQLite cannot change this in place: `readings` is built anew
ALTER TABLE readings RENAME TO readings__old;

CREATE TABLE readings (
    at INTEGER NOT NULL,
    value DOUBLE NOT NULL
);

INSERT INTO readings (rowid, at, value)
SELECT rowid, at, value
FROM readings__old;

DROP TABLE readings__old;

CREATE INDEX readings_value_idx ON readings (value);
