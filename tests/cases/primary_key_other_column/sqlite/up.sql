-- SQLite cannot change this in place: `countries` is built anew
ALTER TABLE countries RENAME TO countries__old;

CREATE TABLE countries (
    id INTEGER NOT NULL,
    code VARCHAR(2) NOT NULL,
    name VARCHAR(80) NOT NULL,
    PRIMARY KEY (code)
);

INSERT INTO countries (rowid, id, code, name)
SELECT rowid, id, code, name
FROM countries__old;

DROP TABLE countries__old;
