-- SQLite cannot change this in place: `counts`, `settings` are built anew
ALTER TABLE counts RENAME TO counts__old;

ALTER TABLE settings RENAME TO settings__old;

CREATE TABLE counts (
    name TEXT NOT NULL,
    value INT,
    PRIMARY KEY (name)
) STRICT;

CREATE TABLE settings (
    name TEXT NOT NULL,
    value ANY,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

INSERT INTO counts (rowid, name, value)
SELECT rowid, name, value
FROM counts__old;

INSERT INTO settings (name, value)
SELECT name, value
FROM settings__old;

DROP TABLE settings__old;

DROP TABLE counts__old;
