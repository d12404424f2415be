# table_left
-- up
CREATE TABLE a1 (id INT AUTO_INCREMENT PRIMARY KEY);
CREATE TABLE a2 (id INT PRIMARY KEY);
-- down
DROP TABLE a2;
-- finds
R002 down.sql `down.sql` leaves behind: table `a1`

# index_left
-- before
CREATE TABLE b1 (id INT PRIMARY KEY, a VARCHAR(20));
-- up
CREATE INDEX b1_a ON b1 (a);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: index `b1_a` of `b1`

# view_left
-- before
CREATE TABLE b2 (id INT PRIMARY KEY);
-- up
CREATE VIEW b2_v AS SELECT id FROM b2;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: view `b2_v`

# trigger_left
-- before
CREATE TABLE b3 (id INT PRIMARY KEY, a INT);
-- up
CREATE TRIGGER b3_t BEFORE INSERT ON b3 FOR EACH ROW SET NEW.a = 1;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: trigger `b3_t` on `b3`

# routines_left
-- up
CREATE FUNCTION b4_f() RETURNS INT DETERMINISTIC RETURN 1;
CREATE PROCEDURE b4_p(IN a INT) SELECT a;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: function `b4_f`; procedure `b4_p`

# event_left
-- up
CREATE EVENT b5_e ON SCHEDULE EVERY 1 DAY DO SELECT 1;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: event `b5_e`

# sequence_left
-- up
CREATE SEQUENCE b6_s;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: sequence `b6_s`

# column_left
-- before
CREATE TABLE b7 (id INT PRIMARY KEY);
-- up
ALTER TABLE b7 ADD COLUMN a INT;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: column `b7.a`

# check_and_unique_left
-- before
CREATE TABLE b8 (id INT PRIMARY KEY, a INT);
-- up
ALTER TABLE b8 ADD CONSTRAINT b8_c CHECK (a > 0), ADD CONSTRAINT b8_u UNIQUE (a);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: check `b8_c` of `b8`; unique constraint `b8_u` of `b8`

# foreign_key_left
-- before
CREATE TABLE b9 (id INT PRIMARY KEY);
CREATE TABLE b10 (id INT PRIMARY KEY, b9_id INT);
-- up
ALTER TABLE b10 ADD CONSTRAINT b10_b9 FOREIGN KEY (b9_id) REFERENCES b9 (id);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: foreign key `b10_b9` of `b10`

# comments_left
-- before
CREATE TABLE c1 (id INT PRIMARY KEY, a INT);
-- up
ALTER TABLE c1 COMMENT 'things';
ALTER TABLE c1 MODIFY a INT COMMENT 'number';
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: column `c1.a`: comment `number` instead of none; table `c1`: comment `things` instead of none

# grant_left
-- before
CREATE TABLE c2 (id INT PRIMARY KEY);
-- up
GRANT SELECT, INSERT ON c2 TO 'reader'@'%';
-- down
REVOKE INSERT ON c2 FROM 'reader'@'%';
-- finds
R002 down.sql `down.sql` leaves behind: grant `SELECT to 'reader'@'%'` on `c2`

# engine_and_charset
-- before
CREATE TABLE c3 (id INT PRIMARY KEY, a VARCHAR(20)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE c4 (id INT PRIMARY KEY);
-- up
ALTER TABLE c3 CONVERT TO CHARACTER SET latin1;
ALTER TABLE c4 ENGINE = MyISAM;
-- down
ALTER TABLE c3 CONVERT TO CHARACTER SET latin2;
ALTER TABLE c4 ENGINE = Aria;
-- finds
R003 down.sql `down.sql` does not bring back: table `c3`: options `COLLATE=latin2_general_ci` instead of `COLLATE=utf8mb4_bin`; table `c4`: options `ENGINE=Aria, TRANSACTIONAL=1` instead of none

# type_wrong
-- before
CREATE TABLE d1 (id INT PRIMARY KEY, a VARCHAR(40));
-- up
ALTER TABLE d1 MODIFY a TEXT;
-- down
ALTER TABLE d1 MODIFY a VARCHAR(80);
-- finds
R003 down.sql `down.sql` does not bring back: column `d1.a`: type `varchar(80)` instead of `varchar(40)`

# signedness_lost
-- before
CREATE TABLE d2 (id INT PRIMARY KEY, a INT UNSIGNED);
-- up
ALTER TABLE d2 MODIFY a BIGINT UNSIGNED;
-- down
ALTER TABLE d2 MODIFY a INT;
-- finds
R003 down.sql `down.sql` does not bring back: column `d2.a`: type `int(11)` instead of `int(10) unsigned`

# default_and_null_lost
-- before
CREATE TABLE d3 (id INT PRIMARY KEY, a INT NOT NULL DEFAULT 5);
-- up
ALTER TABLE d3 MODIFY a BIGINT NOT NULL DEFAULT 5;
-- down
ALTER TABLE d3 MODIFY a INT;
-- finds
R003 down.sql `down.sql` does not bring back: column `d3.a`: no default instead of `5`; column `d3.a`: nullability `null` instead of `not null`

# on_update_lost
-- before
CREATE TABLE d4 (id INT PRIMARY KEY, a DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
-- up
ALTER TABLE d4 DROP COLUMN a;
-- down
ALTER TABLE d4 ADD COLUMN a DATETIME DEFAULT CURRENT_TIMESTAMP;
-- finds
R003 down.sql `down.sql` does not bring back: column `d4.a`: no value on update instead of `current_timestamp()`

# collation_lost
-- before
CREATE TABLE d5 (id INT PRIMARY KEY, a VARCHAR(20) COLLATE utf8mb4_bin);
-- up
ALTER TABLE d5 DROP COLUMN a;
-- down
ALTER TABLE d5 ADD COLUMN a VARCHAR(20);
-- finds
R003 down.sql `down.sql` does not bring back: column `d5.a`: no collation instead of `utf8mb4_bin`

# index_order
-- before
CREATE TABLE d6 (a INT, b INT, c VARCHAR(40), KEY d6_ab (a, b), KEY d6_c (c(10)));
-- up
DROP INDEX d6_ab ON d6;
DROP INDEX d6_c ON d6;
-- down
CREATE INDEX d6_ab ON d6 (b, a);
CREATE INDEX d6_c ON d6 (c);
-- finds
R003 down.sql `down.sql` does not bring back: index `d6_ab` of `d6`: columns `b, a` instead of `a, b`; index `d6_c` of `d6`: columns `c` instead of `c(10)`

# index_no_longer_unique
-- before
CREATE TABLE d7 (a INT NOT NULL, UNIQUE KEY d7_a (a));
-- up
DROP INDEX d7_a ON d7;
-- down
CREATE INDEX d7_a ON d7 (a);
-- finds
R002 down.sql `down.sql` leaves behind: index `d7_a` of `d7`
R003 down.sql `down.sql` does not bring back: unique constraint `d7_a` of `d7`

# foreign_key_action
-- before
CREATE TABLE d8 (id INT PRIMARY KEY);
CREATE TABLE d9 (id INT PRIMARY KEY, d8_id INT, CONSTRAINT d9_fk FOREIGN KEY (d8_id) REFERENCES d8 (id) ON DELETE CASCADE);
-- up
ALTER TABLE d9 DROP FOREIGN KEY d9_fk;
-- down
ALTER TABLE d9 ADD CONSTRAINT d9_fk FOREIGN KEY (d8_id) REFERENCES d8 (id);
-- finds
R003 down.sql `down.sql` does not bring back: foreign key `d9_fk` of `d9`: action on delete `NO ACTION` instead of `CASCADE`

# trigger_timing
-- before
CREATE TABLE e1 (id INT PRIMARY KEY);
CREATE TRIGGER e1_t BEFORE DELETE ON e1 FOR EACH ROW SET @x = 1;
-- up
DROP TRIGGER e1_t;
-- down
CREATE TRIGGER e1_t AFTER DELETE ON e1 FOR EACH ROW SET @x = 1;
-- finds
R003 down.sql `down.sql` does not bring back: trigger `e1_t` on `e1` as it was

# view_text
-- before
CREATE TABLE e2 (a INT, b INT);
CREATE VIEW e2_v AS SELECT a, b FROM e2;
-- up
DROP VIEW e2_v;
-- down
CREATE VIEW e2_v AS SELECT a, b FROM e2 WHERE a > 0;
-- finds
R003 down.sql `down.sql` does not bring back: view `e2_v` as it was

# procedure_parameter
-- before
CREATE PROCEDURE e3(IN a INT) SELECT a;
-- up
DROP PROCEDURE e3;
-- down
CREATE PROCEDURE e3(INOUT a INT) SELECT a;
-- finds
R003 down.sql `down.sql` does not bring back: parameter `e3.a1` of `e3` as it was

# generated_lost
-- before
CREATE TABLE e4 (a INT, b INT AS (a * 2) STORED);
-- up
ALTER TABLE e4 DROP COLUMN b;
-- down
ALTER TABLE e4 ADD COLUMN b INT AS (a * 2) VIRTUAL;
-- finds
R003 down.sql `down.sql` does not bring back: column `e4.b`: expression `(`a` * 2) virtual` instead of `(`a` * 2) stored`

# primary_key_order
-- before
CREATE TABLE e5 (a INT, b INT, PRIMARY KEY (a, b));
-- up
ALTER TABLE e5 DROP PRIMARY KEY;
-- down
ALTER TABLE e5 ADD PRIMARY KEY (b, a);
-- finds
R003 down.sql `down.sql` does not bring back: primary key of `e5`: columns `b, a` instead of `a, b`

# auto_increment_lost
-- before
CREATE TABLE e6 (id INT AUTO_INCREMENT PRIMARY KEY);
-- up
DROP TABLE e6;
-- down
CREATE TABLE e6 (id INT PRIMARY KEY);
-- finds
R003 down.sql `down.sql` does not bring back: column `e6.id`: no counter instead of `serial`

# enum_values
-- before
CREATE TABLE e7 (a ENUM ('x', 'y'));
-- up
ALTER TABLE e7 MODIFY a ENUM ('x', 'y', 'z');
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: column `e7.a`: type `enum('x','y','z')` instead of `enum('x','y')`

# partitions_lost
-- before
CREATE TABLE e8 (id INT) PARTITION BY HASH (id) PARTITIONS 2;
-- up
ALTER TABLE e8 REMOVE PARTITIONING;
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: table `e8`: no options instead of `PARTITION BY HASH (`id`) PARTITIONS 2`

# rows_left_lost_and_changed
-- before
CREATE TABLE f1 (id INT PRIMARY KEY, name VARCHAR(20));
INSERT INTO f1 VALUES (1, 'a'), (2, 'b'), (3, 'c');
-- up
INSERT INTO f1 VALUES (4, 'd'), (5, 'e');
DELETE FROM f1 WHERE id = 1;
UPDATE f1 SET name = 'x' WHERE id = 2;
-- down
SELECT 1;
-- finds
R004 down.sql rows are not what they were before `up.sql`: 2 rows of `f1` changed and 1 left

# values_lost
-- before
CREATE TABLE f2 (id INT PRIMARY KEY, name VARCHAR(20));
INSERT INTO f2 VALUES (1, 'a');
-- up
ALTER TABLE f2 DROP COLUMN name;
-- down
ALTER TABLE f2 ADD COLUMN name VARCHAR(20);
-- finds
R004 down.sql rows are not what they were before `up.sql`: 1 row of `f2` changed

# drops_too_much
-- before
CREATE TABLE g1 (id INT PRIMARY KEY);
CREATE TABLE g2 (id INT PRIMARY KEY);
-- up
CREATE TABLE g3 (id INT PRIMARY KEY);
-- down
DROP TABLE g3, g2;
-- finds
R003 down.sql `down.sql` does not bring back: table `g2`

# comments_alone
-- up
CREATE TABLE g4 (id INT PRIMARY KEY);
-- down
-- nothing yet
-- finds
R006 down.sql `down.sql` holds comments alone, and undoes nothing: table `g4`

# down_fails
-- up
CREATE TABLE g5 (id INT PRIMARY KEY);
CREATE TABLE g6 (id INT PRIMARY KEY);
-- down
DROP TABLE g5;
DROP TABLE g6_more;
-- finds
R001 down.sql:2 `down.sql` fails right behind `up.sql`: Unknown table 'g6_more'

# not_repeatable
-- before
CREATE TABLE g7 (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20));
CREATE TABLE g8 (g7_id INT, FOREIGN KEY (g7_id) REFERENCES g7 (id));
-- up
INSERT INTO g7 (name) VALUES ('first');
INSERT INTO g8 VALUES (1);
-- down
DELETE FROM g8;
DELETE FROM g7;
-- finds
R005 up.sql:2 `up.sql` fails when it runs again behind `down.sql`: Cannot add or update a child row: a foreign key constraint fails (`g8`, CONSTRAINT `g8_ibfk_1` FOREIGN KEY (`g7_id`) REFERENCES `g7` (`id`))
