-- SQLite cannot change this in place: `users` is built anew
DROP TRIGGER IF EXISTS known_added;

DROP TRIGGER IF EXISTS users_renamed;

DROP TRIGGER IF EXISTS users_gone;

DROP VIEW IF EXISTS known;

DROP VIEW IF EXISTS known_names;

ALTER TABLE users RENAME TO users__old;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT
);

INSERT INTO users (id, name, email)
SELECT id, name, email
FROM users__old;

DROP TABLE users__old;

CREATE VIEW known AS SELECT name, email FROM users WHERE email IS NOT NULL;

CREATE VIEW known_names AS SELECT name FROM known;

CREATE TRIGGER known_added INSTEAD OF INSERT ON known
BEGIN
    INSERT INTO users (name, email) VALUES (new.name, new.email);
END;

CREATE TRIGGER users_renamed AFTER UPDATE OF name ON users
BEGIN
    INSERT INTO renames (was) VALUES (old.name);
END;

CREATE TRIGGER users_gone BEFORE DELETE ON users
BEGIN
    INSERT INTO renames (was) VALUES (old.name || ';');
END;
