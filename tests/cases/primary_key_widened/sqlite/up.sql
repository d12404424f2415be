-- SQLite cannot change this in place: `seats` is built anew
ALTER TABLE seats RENAME TO seats__old;

CREATE TABLE seats (
    number INTEGER NOT NULL,
    room INTEGER NOT NULL,
    who VARCHAR(80),
    PRIMARY KEY (room, number)
);

INSERT INTO seats (rowid, number, room, who)
SELECT rowid, number, room, who
FROM seats__old;

DROP TABLE seats__old;
