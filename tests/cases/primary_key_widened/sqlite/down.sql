-- SQLite cannot change this in place: `seats` is built anew
ALTER TABLE seats RENAME TO seats__old;

CREATE TABLE seats (
    number INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    who VARCHAR(80)
);

INSERT INTO seats (number, room, who)
SELECT number, room, who
FROM seats__old;

DROP TABLE seats__old;
