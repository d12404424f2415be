-- SQLite cannot change this in place: `seats` is built anew
ALTER TABLE seats RENAME TO seats__old;

CREATE TABLE seats (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    who VARCHAR(80),
    PRIMARY KEY (room, number)
);

INSERT INTO seats (rowid, room, number, who)
SELECT rowid, room, number, who
FROM seats__old;

DROP TABLE seats__old;
