-- What ran before.
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, age INTEGER);
CREATE TABLE posts (id INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, word TEXT);

-- Still to run.
ALTER TABLE users RENAME TO users__old;
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER CHECK (age > 0));
INSERT INTO users (id, name, age) SELECT id, name, age FROM users__old;
DELETE FROM sqlite_sequence WHERE name = 'users';
DROP TABLE users__old;
CREATE INDEX users_name ON users (name);
CREATE TABLE posts_new (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
INSERT INTO posts_new SELECT * FROM posts;
DROP TABLE posts;
ALTER TABLE posts_new RENAME TO posts;
CREATE TABLE half (id INTEGER PRIMARY KEY);
INSERT INTO half SELECT id FROM tags WHERE id > 10;
DROP TABLE tags;
ALTER TABLE half RENAME TO tags;
ALTER TABLE elsewhere RENAME TO elsewhere__old;
CREATE TABLE elsewhere (id INTEGER);
-- destroys data: column `elsewhere.size` and its data
INSERT INTO elsewhere (id) SELECT id FROM elsewhere__old;
DROP TABLE elsewhere__old;
DROP TABLE [Odd; name];
ALTER TABLE users DROP COLUMN age;
ALTER TABLE users RENAME COLUMN name TO full_name;
ALTER TABLE posts RENAME TO articles;
ALTER TABLE users ADD COLUMN needed TEXT NOT NULL;
ALTER TABLE users ADD COLUMN fine TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_fine ON users (fine);
CREATE INDEX users_needed ON users (needed);
DELETE FROM users;
DELETE FROM users WHERE 1;
UPDATE OR IGNORE users SET fine = 'x';
UPDATE users SET fine = 'x' FROM posts WHERE posts.id = users.id;
REINDEX;
VACUUM;
VACUUM INTO 'copy.db';
CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM posts; END;
CREATE TEMP TABLE made (id);
INSERT INTO made VALUES (1);
DELETE FROM made;
DROP TABLE temp.made;
PRAGMA foreign_keys = ON;
