-- SQLite cannot change this in place: `teams` is built anew, with `people`, which refers to it
PRAGMA defer_foreign_keys = ON;

ALTER TABLE people RENAME TO people__old;

ALTER TABLE teams RENAME TO teams__old;

CREATE TABLE teams (
    id INTEGER PRIMARY KEY,
    name TEXT,
    leader_id INTEGER,
    FOREIGN KEY (leader_id) REFERENCES people (id) ON DELETE CASCADE
);

CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    team_id INTEGER,
    FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE
);

INSERT INTO teams (id, name, leader_id)
SELECT id, name, leader_id
FROM teams__old;

INSERT INTO people (id, team_id)
SELECT id, team_id
FROM people__old;

DROP TABLE people__old;

-- an empty `people__old` stands in until what refers to it is dropped
CREATE TABLE people__old (id, UNIQUE (id));

DROP TABLE teams__old;

DROP TABLE people__old;
