-- SQLite cannot change this in place: `counts`, `settings` are built anew
ALTER TABLE counts RENAME TO counts__old;

ALTER TABLE settings RENAME TO settings__old;

CREATE TABLE counts (
    name TEXT NOT NULL,
    value INT NOT NULL DEFAULT 0,
    PRIMARY KEY (name)
) STRICT;

CREATE TABLE settings (
    name TEXT NOT NULL,
    value ANY NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

INSERT INTO counts (rowid, name, value)
SELECT rowid, name, COALESCE(value, 0)
FROM counts__old;

INSERT INTO settings (name, value)
SELECT name, COALESCE(value, 0)
FROM settings__old;

DROP TABLE settings__old;

DROP TABLE counts__old;
