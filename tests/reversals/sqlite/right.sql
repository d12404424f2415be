# create_table
-- up
CREATE TABLE a1 (id INTEGER PRIMARY KEY);
CREATE INDEX a1_id ON a1 (id);
-- down
DROP TABLE a1;

# add_column
-- before
CREATE TABLE b1 (id INTEGER PRIMARY KEY);
INSERT INTO b1 VALUES (1);
-- up
ALTER TABLE b1 ADD COLUMN email TEXT;
-- down
ALTER TABLE b1 DROP COLUMN email;

# drop_column_that_comes_back_last
-- before
CREATE TABLE b2 (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
INSERT INTO b2 VALUES (1, NULL, 'x');
-- up
ALTER TABLE b2 DROP COLUMN a;
-- down
ALTER TABLE b2 ADD COLUMN a TEXT;

# rename_table
-- before
CREATE TABLE b3 (id INTEGER PRIMARY KEY, a TEXT);
CREATE INDEX b3_a ON b3 (a);
CREATE TRIGGER b3_t AFTER INSERT ON b3 BEGIN DELETE FROM b3 WHERE a IS NULL; END;
INSERT INTO b3 VALUES (1, 'x');
-- up
ALTER TABLE b3 RENAME TO b3_new;
-- down
ALTER TABLE b3_new RENAME TO b3;

# rename_column
-- before
CREATE TABLE b4 (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> ''));
CREATE VIEW b4_as AS SELECT a FROM b4;
-- up
ALTER TABLE b4 RENAME COLUMN a TO b;
-- down
ALTER TABLE b4 RENAME COLUMN b TO a;

# view_with_other_spaces
-- before
CREATE TABLE b5 (id INTEGER PRIMARY KEY, a TEXT);
CREATE VIEW b5_all AS SELECT id, a FROM b5;
-- up
DROP VIEW b5_all;
-- down
create view b5_all as
    select id,
           a -- the name
    from b5;

# trigger_in_other_letters
-- before
CREATE TABLE b6 (id INTEGER PRIMARY KEY, a TEXT);
CREATE TRIGGER b6_t AFTER INSERT ON b6 BEGIN DELETE FROM b6 WHERE a IS NULL; END;
-- up
DROP TRIGGER b6_t;
-- down
create trigger b6_t after insert on "b6"
begin
    delete from b6 where a is null;
end;

# rebuild
-- before
CREATE TABLE b7 (id INTEGER PRIMARY KEY, a TEXT NOT NULL, UNIQUE (a));
INSERT INTO b7 VALUES (1, 'x'), (2, 'y');
-- up
CREATE TABLE b7_new (id INTEGER PRIMARY KEY, a TEXT, UNIQUE (a));
INSERT INTO b7_new SELECT id, a FROM b7;
DROP TABLE b7;
ALTER TABLE b7_new RENAME TO b7;
-- down
CREATE TABLE b7_old (id INTEGER PRIMARY KEY, a TEXT NOT NULL, UNIQUE (a));
INSERT INTO b7_old SELECT id, a FROM b7;
DROP TABLE b7;
ALTER TABLE b7_old RENAME TO b7;

# drop_table_with_everything
-- before
CREATE TABLE b8 (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT COLLATE NOCASE DEFAULT 'x' CHECK (length(a) < 9), b7_id INTEGER REFERENCES b7 (id) ON DELETE CASCADE, c INTEGER AS (id * 2) VIRTUAL);
CREATE UNIQUE INDEX b8_a ON b8 (a) WHERE a <> '';
CREATE INDEX b8_lower ON b8 (lower(a));
-- up
DROP TABLE b8;
-- down
CREATE TABLE "b8" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    a TEXT COLLATE NOCASE DEFAULT 'x' CHECK (length(a) < 9),
    b7_id INTEGER REFERENCES b7 (id) ON DELETE CASCADE,
    c INTEGER AS (id * 2) VIRTUAL
);
CREATE UNIQUE INDEX b8_a ON b8 (a) WHERE a <> '';
CREATE INDEX b8_lower ON b8 (lower(a));

# seed
-- before
CREATE TABLE c1 (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
-- up
INSERT INTO c1 (name) VALUES ('a'), ('b');
-- down
DELETE FROM c1;

# rests_on_the_ids_of_the_seed
-- before
CREATE TABLE c2 (c1_id INTEGER CHECK (c1_id < 3));
-- up
INSERT INTO c2 SELECT id FROM c1;
-- down
DELETE FROM c2;

# update_and_back
-- before
CREATE TABLE c3 (id INTEGER PRIMARY KEY, a INTEGER, changed TEXT DEFAULT CURRENT_TIMESTAMP);
INSERT INTO c3 (id, a) VALUES (1, 10), (2, 20);
-- up
UPDATE c3 SET a = a * 2, changed = 'now';
-- down
UPDATE c3 SET a = a / 2, changed = 'then';

# delete_and_insert_again
-- before
CREATE TABLE c4 (id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO c4 VALUES (1, 'x'), (2, 'y');
-- up
DELETE FROM c4 WHERE id = 1;
-- down
INSERT INTO c4 VALUES (1, 'x');

# values_kept_aside
-- before
CREATE TABLE c5 (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO c5 VALUES (1, 'Ada');
-- up
CREATE TABLE c5_names AS SELECT id, name FROM c5;
ALTER TABLE c5 DROP COLUMN name;
-- down
ALTER TABLE c5 ADD COLUMN name TEXT;
UPDATE c5 SET name = (SELECT name FROM c5_names n WHERE n.id = c5.id);
DROP TABLE c5_names;

# temporary_table
-- before
CREATE TABLE c6 (id INTEGER PRIMARY KEY);
-- up
CREATE TEMP TABLE work (id INTEGER);
INSERT INTO work VALUES (1);
INSERT INTO c6 SELECT id FROM work;
-- down
DELETE FROM c6;

# nothing_done_and_nothing_undone
-- up
SELECT 1;
-- down
-- nothing to undo

# statistics
-- before
CREATE TABLE c7 (id INTEGER PRIMARY KEY, a TEXT);
CREATE INDEX c7_a ON c7 (a);
INSERT INTO c7 VALUES (1, 'x');
-- up
ANALYZE c7;
-- down
-- statistics stay

# strict_and_without_rowid
-- before
CREATE TABLE d1 (id TEXT PRIMARY KEY, a INT) STRICT, WITHOUT ROWID;
-- up
DROP TABLE d1;
-- down
CREATE TABLE d1 (id TEXT PRIMARY KEY, a INT) WITHOUT ROWID, STRICT;

# views_on_views
-- before
CREATE TABLE d2 (id INTEGER PRIMARY KEY);
CREATE VIEW d2_a AS SELECT id FROM d2;
CREATE VIEW d2_b AS SELECT id FROM d2_a;
-- up
DROP VIEW d2_b;
DROP VIEW d2_a;
-- down
CREATE VIEW d2_a AS SELECT id FROM d2;
CREATE VIEW d2_b AS SELECT id FROM d2_a;

# instead_of
-- before
CREATE TABLE d3 (id INTEGER PRIMARY KEY);
CREATE VIEW d3_ids AS SELECT id FROM d3;
-- up
CREATE TRIGGER d3_insert INSTEAD OF INSERT ON d3_ids BEGIN INSERT INTO d3 VALUES (NEW.id); END;
-- down
DROP TRIGGER d3_insert;

# virtual_table
-- up
CREATE VIRTUAL TABLE d4 USING rtree (id, low, high);
-- down
DROP TABLE d4;

# header_number
-- up
PRAGMA user_version = 7;
-- down
PRAGMA user_version = 0;

# swap_names
-- before
CREATE TABLE d5 (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
INSERT INTO d5 VALUES (1, 'x', 'y');
-- up
ALTER TABLE d5 RENAME COLUMN a TO c;
ALTER TABLE d5 RENAME COLUMN b TO a;
ALTER TABLE d5 RENAME COLUMN c TO b;
-- down
ALTER TABLE d5 RENAME COLUMN a TO c;
ALTER TABLE d5 RENAME COLUMN b TO a;
ALTER TABLE d5 RENAME COLUMN c TO b;

# odd_names
-- up
CREATE TABLE "d 6" ("a b" TEXT, [c] INTEGER, `d``e` TEXT);
INSERT INTO "d 6" VALUES ('x', 1, 'it''s');
CREATE INDEX "d 6 i" ON "d 6" ("a b");
-- down
DROP TABLE "d 6";

# index_with_more_words
-- before
CREATE TABLE d7 (id INTEGER PRIMARY KEY, a TEXT);
CREATE INDEX d7_a ON d7 (a) WHERE a IS NOT NULL;
-- up
DROP INDEX d7_a;
-- down
CREATE INDEX IF NOT EXISTS "d7_a" ON "d7" ("a")
    WHERE a is not null;

# merged_and_split_rows
-- before
CREATE TABLE d8 (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO d8 VALUES (1, 'Ada Lovelace');
-- up
ALTER TABLE d8 ADD COLUMN first TEXT;
ALTER TABLE d8 ADD COLUMN last TEXT;
UPDATE d8 SET first = substr(name, 1, instr(name, ' ') - 1), last = substr(name, instr(name, ' ') + 1);
ALTER TABLE d8 DROP COLUMN name;
-- down
ALTER TABLE d8 ADD COLUMN name TEXT;
UPDATE d8 SET name = first || ' ' || last;
ALTER TABLE d8 DROP COLUMN first;
ALTER TABLE d8 DROP COLUMN last;
