-- SQLite cannot change this in place: `readings` is built anew
ALTER TABLE readings RENAME TO readings__old;

CREATE TABLE readings (
    at INTEGER PRIMARY KEY,
    value DOUBLE NOT NULL
);

INSERT INTO readings (at, value)
SELECT at, value
FROM readings__old;

DROP TABLE readings__old;

CREATE INDEX readings_value_idx ON readings (value);
