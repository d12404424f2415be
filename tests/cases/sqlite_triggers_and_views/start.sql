CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT
);

CREATE TABLE renames (
    id INTEGER NOT NULL PRIMARY KEY,
    was TEXT NOT NULL
);

CREATE TRIGGER users_renamed AFTER UPDATE OF name ON users
BEGIN
    INSERT INTO renames (was) VALUES (old.name);
END;

CREATE TRIGGER users_gone BEFORE DELETE ON users
BEGIN
    INSERT INTO renames (was) VALUES (old.name || ';');
END;

CREATE VIEW known AS SELECT name, email FROM users WHERE email IS NOT NULL;

CREATE TRIGGER known_added INSTEAD OF INSERT ON known
BEGIN
    INSERT INTO users (name, email) VALUES (new.name, new.email);
END;

CREATE VIEW known_names AS SELECT name FROM known;
