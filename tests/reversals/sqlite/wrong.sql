# table_left
-- up
CREATE TABLE a1 (id INTEGER PRIMARY KEY);
CREATE TABLE a2 (id INTEGER PRIMARY KEY);
-- down
DROP TABLE a1;
-- finds
R002 down.sql `down.sql` leaves behind: table `a2`

# index_left
-- before
CREATE TABLE b1 (id INTEGER PRIMARY KEY, email TEXT);
-- up
CREATE INDEX b1_email ON b1 (email);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: index `b1_email` of `b1`

# view_left
-- before
CREATE TABLE b2 (id INTEGER PRIMARY KEY, email TEXT);
-- up
CREATE VIEW b2_emails AS SELECT email FROM b2;
CREATE VIEW b2_ids AS SELECT id FROM b2;
-- down
DROP VIEW b2_ids;
-- finds
R002 down.sql `down.sql` leaves behind: view `b2_emails`

# trigger_left
-- before
CREATE TABLE b3 (id INTEGER PRIMARY KEY, email TEXT);
-- up
CREATE TRIGGER b3_lower AFTER INSERT ON b3 BEGIN UPDATE b3 SET email = lower(email) WHERE id = NEW.id; END;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: trigger `b3_lower` on `b3`

# column_left
-- before
CREATE TABLE b4 (id INTEGER PRIMARY KEY);
-- up
ALTER TABLE b4 ADD COLUMN email TEXT;
CREATE INDEX b4_email ON b4 (email);
-- down
DROP INDEX b4_email;
-- finds
R002 down.sql `down.sql` leaves behind: column `b4.email`

# table_not_back
-- before
CREATE TABLE c1 (id INTEGER PRIMARY KEY);
-- up
DROP TABLE c1;
-- down
CREATE TABLE c_1 (id INTEGER PRIMARY KEY);
-- finds
R002 down.sql `down.sql` leaves behind: table `c_1`
R003 down.sql `down.sql` does not bring back: table `c1`

# index_not_back
-- before
CREATE TABLE c2 (id INTEGER PRIMARY KEY, email TEXT);
CREATE INDEX c2_email ON c2 (email);
-- up
DROP INDEX c2_email;
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: index `c2_email` of `c2`

# index_order
-- before
CREATE TABLE c3 (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
CREATE INDEX c3_ab ON c3 (a, b DESC);
-- up
DROP INDEX c3_ab;
-- down
CREATE INDEX c3_ab ON c3 (b DESC, a);
-- finds
R003 down.sql `down.sql` does not bring back: index `c3_ab` of `c3`: columns `b DESC, a` instead of `a, b DESC`

# index_no_longer_unique
-- before
CREATE TABLE c4 (id INTEGER PRIMARY KEY, a TEXT);
CREATE UNIQUE INDEX c4_a ON c4 (a);
-- up
DROP INDEX c4_a;
-- down
CREATE INDEX c4_a ON c4 (a);
-- finds
R003 down.sql `down.sql` does not bring back: index `c4_a` of `c4`: uniqueness `not unique` instead of `unique`

# index_no_longer_partial
-- before
CREATE TABLE c5 (id INTEGER PRIMARY KEY, a TEXT);
CREATE INDEX c5_a ON c5 (a) WHERE a IS NOT NULL;
-- up
DROP INDEX c5_a;
-- down
CREATE INDEX c5_a ON c5 (a);
-- finds
R003 down.sql `down.sql` does not bring back: index `c5_a` of `c5`: no condition instead of `a IS NOT NULL`

# view_text
-- before
CREATE TABLE c6 (id INTEGER PRIMARY KEY, a TEXT);
CREATE VIEW c6_all AS SELECT id, a FROM c6;
-- up
DROP VIEW c6_all;
CREATE VIEW c6_all AS SELECT id FROM c6;
-- down
DROP VIEW c6_all;
CREATE VIEW c6_all AS SELECT id, a FROM c6 WHERE a <> '';
-- finds
R003 down.sql `down.sql` does not bring back: view `c6_all` as it was

# trigger_timing
-- before
CREATE TABLE c7 (id INTEGER PRIMARY KEY, a TEXT);
CREATE TRIGGER c7_check BEFORE INSERT ON c7 BEGIN SELECT RAISE(ABORT, 'no') WHERE NEW.a = 'x'; END;
-- up
DROP TRIGGER c7_check;
-- down
CREATE TRIGGER c7_check AFTER INSERT ON c7 BEGIN SELECT RAISE(ABORT, 'no') WHERE NEW.a = 'x'; END;
-- finds
R003 down.sql `down.sql` does not bring back: trigger `c7_check` on `c7` as it was

# type_and_default_and_null
-- before
CREATE TABLE d1 (id INTEGER PRIMARY KEY, a VARCHAR(40) NOT NULL DEFAULT 'x', b TEXT NOT NULL, c INTEGER DEFAULT 0);
-- up
DROP TABLE d1;
-- down
CREATE TABLE d1 (id INTEGER PRIMARY KEY, a VARCHAR(80) NOT NULL DEFAULT 'x', b TEXT, c INTEGER);
-- finds
R003 down.sql `down.sql` does not bring back: column `d1.a`: type `VARCHAR(80)` instead of `VARCHAR(40)`; column `d1.b`: nullability `null` instead of `not null`; column `d1.c`: no default instead of `0`

# check_lost
-- before
CREATE TABLE d2 (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT d2_positive CHECK (a > 0));
-- up
DROP TABLE d2;
-- down
CREATE TABLE d2 (id INTEGER PRIMARY KEY, a INTEGER);
-- finds
R003 down.sql `down.sql` does not bring back: check `d2_positive` of `d2`

# foreign_key_lost
-- before
CREATE TABLE d3 (id INTEGER PRIMARY KEY);
CREATE TABLE d4 (id INTEGER PRIMARY KEY, d3_id INTEGER REFERENCES d3 (id));
-- up
DROP TABLE d4;
-- down
CREATE TABLE d4 (id INTEGER PRIMARY KEY, d3_id INTEGER);
-- finds
R003 down.sql `down.sql` does not bring back: foreign key `d3_id to d3 (id)` of `d4`

# foreign_key_action_lost
-- before
CREATE TABLE d5 (id INTEGER PRIMARY KEY);
CREATE TABLE d6 (id INTEGER PRIMARY KEY, d5_id INTEGER, CONSTRAINT d6_d5 FOREIGN KEY (d5_id) REFERENCES d5 (id) ON DELETE CASCADE);
-- up
DROP TABLE d6;
-- down
CREATE TABLE d6 (id INTEGER PRIMARY KEY, d5_id INTEGER, CONSTRAINT d6_d5 FOREIGN KEY (d5_id) REFERENCES d5 (id));
-- finds
R003 down.sql `down.sql` does not bring back: foreign key `d6_d5` of `d6`: action on delete `NO ACTION` instead of `CASCADE`

# unique_lost
-- before
CREATE TABLE d7 (id INTEGER PRIMARY KEY, a TEXT, b TEXT, UNIQUE (a, b));
-- up
DROP TABLE d7;
-- down
CREATE TABLE d7 (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
-- finds
R003 down.sql `down.sql` does not bring back: unique constraint `a, b` of `d7`

# collation_lost
-- before
CREATE TABLE d8 (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE);
-- up
DROP TABLE d8;
-- down
CREATE TABLE d8 (id INTEGER PRIMARY KEY, a TEXT);
-- finds
R003 down.sql `down.sql` does not bring back: column `d8.a`: no collation instead of `NOCASE`

# generated_lost
-- before
CREATE TABLE d9 (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER AS (a * 2) STORED);
-- up
DROP TABLE d9;
-- down
CREATE TABLE d9 (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER AS (a * 3) STORED);
-- finds
R003 down.sql `down.sql` does not bring back: column `d9.b`: expression `(a * 3) stored` instead of `(a * 2) stored`

# primary_key_order
-- before
CREATE TABLE e1 (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b));
-- up
DROP TABLE e1;
-- down
CREATE TABLE e1 (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (b, a));
-- finds
R003 down.sql `down.sql` does not bring back: primary key of `e1`: columns `b, a` instead of `a, b`

# strict_lost
-- before
CREATE TABLE e2 (id INTEGER PRIMARY KEY) STRICT;
-- up
DROP TABLE e2;
-- down
CREATE TABLE e2 (id INTEGER PRIMARY KEY);
-- finds
R003 down.sql `down.sql` does not bring back: table `e2`: no options instead of `STRICT`

# rowid_back
-- before
CREATE TABLE e3 (id TEXT PRIMARY KEY) WITHOUT ROWID;
-- up
DROP TABLE e3;
-- down
CREATE TABLE e3 (id TEXT PRIMARY KEY NOT NULL);
-- finds
R003 down.sql `down.sql` does not bring back: table `e3`: no options instead of `WITHOUT ROWID`

# autoincrement_lost
-- before
CREATE TABLE e4 (id INTEGER PRIMARY KEY AUTOINCREMENT);
-- up
DROP TABLE e4;
-- down
CREATE TABLE e4 (id INTEGER PRIMARY KEY);
-- finds
R003 down.sql `down.sql` does not bring back: column `e4.id`: no counter instead of `serial`

# rows_left
-- before
CREATE TABLE f1 (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO f1 VALUES (1, 'a'), (2, 'b');
-- up
INSERT INTO f1 VALUES (3, 'c'), (4, 'd');
-- down
DELETE FROM f1 WHERE id = 4;
-- finds
R004 down.sql rows are not what they were before `up.sql`: 1 row of `f1` left

# rows_lost
-- before
CREATE TABLE f2 (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO f2 VALUES (1, 'a'), (2, 'b');
-- up
DELETE FROM f2 WHERE id = 1;
-- down
SELECT 1;
-- finds
R004 down.sql rows are not what they were before `up.sql`: 1 row of `f2` lost

# rows_changed
-- before
CREATE TABLE f3 (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO f3 VALUES (1, 'Ada'), (2, 'bob');
-- up
UPDATE f3 SET name = lower(name);
-- down
UPDATE f3 SET name = upper(name);
-- finds
R004 down.sql rows are not what they were before `up.sql`: 2 rows of `f3` changed

# column_back_without_its_values
-- before
CREATE TABLE f4 (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO f4 VALUES (1, 'a');
-- up
ALTER TABLE f4 DROP COLUMN name;
-- down
ALTER TABLE f4 ADD COLUMN name TEXT;
-- finds
R004 down.sql rows are not what they were before `up.sql`: 1 row of `f4` changed

# drops_too_much
-- before
CREATE TABLE g1 (id INTEGER PRIMARY KEY);
CREATE VIEW g1_ids AS SELECT id FROM g1;
-- up
CREATE TABLE g2 (id INTEGER PRIMARY KEY);
-- down
DROP VIEW g1_ids;
DROP TABLE g2;
-- finds
R003 down.sql `down.sql` does not bring back: view `g1_ids`

# comments_alone
-- up
CREATE TABLE g3 (id INTEGER PRIMARY KEY);
-- down
-- this file should undo up.sql
-- finds
R006 down.sql `down.sql` holds comments alone, and undoes nothing: table `g3`

# said_to_be_irreversible
-- before
CREATE TABLE g4 (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO g4 VALUES (1, 'A');
-- up
UPDATE g4 SET name = lower(name);
-- down
-- Irreversible: nobody needs the capitals back
-- finds
R007 down.sql there is no way back, as `down.sql` says: 1 row of `g4` changed

# down_fails
-- up
CREATE TABLE g5 (id INTEGER PRIMARY KEY);
-- down
DROP TABLE g5;
DROP TABLE g5_more;
-- finds
R001 down.sql:2 `down.sql` fails right behind `up.sql`: no such table: g5_more

# not_repeatable
-- before
CREATE TABLE g6 (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
CREATE TABLE g7 (id INTEGER CHECK (id = 1));
-- up
INSERT INTO g6 (name) VALUES ('first');
INSERT INTO g7 SELECT id FROM g6;
-- down
DELETE FROM g7;
DELETE FROM g6;
-- finds
R005 up.sql:2 `up.sql` fails when it runs again behind `down.sql`: CHECK constraint failed: id = 1

# header_number_left
-- up
PRAGMA user_version = 7;
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: pragma `user_version` as it was

# virtual_table_left
-- up
CREATE VIRTUAL TABLE h1 USING rtree (id, low, high);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: virtual table `h1`
