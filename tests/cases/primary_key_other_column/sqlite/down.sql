-- SQLite cannot change this in place: `countries` is built anew
ALTER TABLE countries RENAME TO countries__old;

CREATE TABLE countries (
    id INTEGER PRIMARY KEY,
    code VARCHAR(2) NOT NULL,
    name VARCHAR(80) NOT NULL
);

INSERT INTO countries (id, code, name)
SELECT id, code, name
FROM countries__old;

DROP TABLE countries__old;
