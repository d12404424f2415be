-- SQLite cannot change this in place: `seats` is built anew
ALTER TABLE seats RENAME TO seats__old;

CREATE TABLE seats (
    room INTEGER NOT NULL,
    number INTEGER PRIMARY KEY,
    who VARCHAR(80)
);

INSERT INTO seats (room, number, who)
SELECT room, number, who
FROM seats__old;

DROP TABLE seats__old;
