# create_everything
-- up
CREATE TABLE a1 (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(20) UNIQUE, CHECK (a <> ''));
CREATE VIEW a1_v AS SELECT id FROM a1;
CREATE TRIGGER a1_t BEFORE INSERT ON a1 FOR EACH ROW SET NEW.a = 'x';
CREATE FUNCTION a1_f() RETURNS INT DETERMINISTIC RETURN 1;
-- down
DROP FUNCTION a1_f;
DROP VIEW a1_v;
DROP TABLE a1;

# drop_column_that_comes_back_last
-- before
CREATE TABLE b1 (id INT PRIMARY KEY, a INT DEFAULT 5, b INT);
-- up
ALTER TABLE b1 DROP COLUMN a;
-- down
ALTER TABLE b1 ADD COLUMN a INT DEFAULT 5;

# drop_column_that_comes_back_where_it_was
-- before
CREATE TABLE b2 (id INT PRIMARY KEY, a INT, b INT);
-- up
ALTER TABLE b2 DROP COLUMN a;
-- down
ALTER TABLE b2 ADD COLUMN a INT AFTER id;

# foreign_key_leaves_its_index
-- before
CREATE TABLE b3 (id INT PRIMARY KEY);
CREATE TABLE b4 (id INT PRIMARY KEY, b3_id INT);
-- up
ALTER TABLE b4 ADD CONSTRAINT b4_b3 FOREIGN KEY (b3_id) REFERENCES b3 (id);
-- down
ALTER TABLE b4 DROP FOREIGN KEY b4_b3;

# unnamed_foreign_key_leaves_its_index
-- before
CREATE TABLE b5 (id INT PRIMARY KEY, b3_id INT);
-- up
ALTER TABLE b5 ADD FOREIGN KEY (b3_id) REFERENCES b3 (id);
-- down
ALTER TABLE b5 DROP FOREIGN KEY b5_ibfk_1;

# foreign_key_dropped_and_back
-- before
CREATE TABLE b6 (id INT PRIMARY KEY, b3_id INT, CONSTRAINT b6_b3 FOREIGN KEY (b3_id) REFERENCES b3 (id));
-- up
ALTER TABLE b6 DROP FOREIGN KEY b6_b3;
-- down
ALTER TABLE b6 ADD CONSTRAINT b6_b3 FOREIGN KEY (b3_id) REFERENCES b3 (id);

# foreign_key_and_index_dropped_and_back
-- before
CREATE TABLE b7 (id INT PRIMARY KEY, b3_id INT, CONSTRAINT b7_b3 FOREIGN KEY (b3_id) REFERENCES b3 (id));
-- up
ALTER TABLE b7 DROP FOREIGN KEY b7_b3, DROP INDEX b7_b3;
-- down
ALTER TABLE b7 ADD CONSTRAINT b7_b3 FOREIGN KEY (b3_id) REFERENCES b3 (id);

# own_index_for_a_foreign_key
-- before
CREATE TABLE b8 (id INT PRIMARY KEY, b3_id INT);
-- up
CREATE INDEX b8_own ON b8 (b3_id);
ALTER TABLE b8 ADD CONSTRAINT b8_b3 FOREIGN KEY (b3_id) REFERENCES b3 (id);
-- down
ALTER TABLE b8 DROP FOREIGN KEY b8_b3;
DROP INDEX b8_own ON b8;

# view_with_other_spaces
-- before
CREATE TABLE c1 (a INT, b INT);
CREATE VIEW c1_v AS SELECT a, b FROM c1;
-- up
DROP VIEW c1_v;
-- down
create view c1_v as
select a,
       b
from   c1;

# procedure_with_other_spaces
-- before
DELIMITER //
CREATE PROCEDURE c2() BEGIN SELECT 1; SELECT 2; END//
DELIMITER ;
-- up
DROP PROCEDURE c2;
-- down
DELIMITER //
create procedure c2()
begin
    -- one, two
    select 1;
    select 2;
end//
DELIMITER ;

# trigger_and_back
-- before
CREATE TABLE c3 (id INT PRIMARY KEY, a INT);
CREATE TRIGGER c3_t BEFORE INSERT ON c3 FOR EACH ROW SET NEW.a = 1;
-- up
DROP TRIGGER c3_t;
-- down
CREATE TRIGGER c3_t BEFORE INSERT ON c3 FOR EACH ROW set NEW.a = 1;

# event_and_back
-- before
CREATE EVENT c4 ON SCHEDULE EVERY 1 DAY DO SELECT 1;
-- up
DROP EVENT c4;
-- down
CREATE EVENT c4 ON SCHEDULE EVERY 1 DAY DO SELECT 1;

# sequence_and_back
-- before
CREATE SEQUENCE c5 START WITH 10 INCREMENT BY 5;
-- up
DROP SEQUENCE c5;
-- down
CREATE SEQUENCE c5 START WITH 10 INCREMENT BY 5;

# rename_and_back
-- before
CREATE TABLE c6 (id INT PRIMARY KEY, a INT CHECK (a > 0));
-- up
RENAME TABLE c6 TO c6_new;
ALTER TABLE c6_new CHANGE a b INT CHECK (b > 0);
-- down
ALTER TABLE c6_new CHANGE b a INT CHECK (a > 0);
RENAME TABLE c6_new TO c6;

# seed
-- before
CREATE TABLE d1 (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20), made DATETIME DEFAULT CURRENT_TIMESTAMP);
-- up
INSERT INTO d1 (name) VALUES ('a'), ('b');
-- down
DELETE FROM d1;

# rests_on_the_ids_of_the_seed
-- before
CREATE TABLE d2 (d1_id INT, FOREIGN KEY (d1_id) REFERENCES d1 (id));
-- up
INSERT INTO d2 VALUES (1), (2);
-- down
DELETE FROM d2;

# update_and_back
-- before
CREATE TABLE d3 (id INT PRIMARY KEY, a INT, changed TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP);
INSERT INTO d3 (id, a) VALUES (1, 10);
-- up
UPDATE d3 SET a = a * 2;
-- down
UPDATE d3 SET a = a / 2;

# delete_and_insert_again
-- before
CREATE TABLE d4 (id INT PRIMARY KEY, a BLOB, b DOUBLE);
INSERT INTO d4 VALUES (1, x'00ff', 0.1);
-- up
DELETE FROM d4;
-- down
INSERT INTO d4 VALUES (1, x'00ff', 0.1);

# temporary_table
-- before
CREATE TABLE d5 (id INT PRIMARY KEY);
-- up
CREATE TEMPORARY TABLE work (id INT);
INSERT INTO work VALUES (1);
INSERT INTO d5 SELECT id FROM work;
-- down
DELETE FROM d5;

# nothing_to_undo
-- before
CREATE TABLE d6 (id INT PRIMARY KEY);
-- up
ANALYZE TABLE d6;
-- down
-- nothing

# charset_and_back
-- before
CREATE TABLE d7 (id INT PRIMARY KEY, a VARCHAR(20)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT 'x';
-- up
ALTER TABLE d7 CONVERT TO CHARACTER SET latin1;
-- down
ALTER TABLE d7 CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

# grant_and_back
-- before
CREATE TABLE d8 (id INT PRIMARY KEY);
-- up
GRANT SELECT ON d8 TO 'reader'@'%';
-- down
REVOKE SELECT ON d8 FROM 'reader'@'%';

# grant_on_a_table_that_goes
-- up
CREATE TABLE d9 (id INT PRIMARY KEY);
GRANT SELECT ON d9 TO 'reader'@'%';
-- down
DROP TABLE d9;

# partitions_and_back
-- before
CREATE TABLE e1 (id INT);
-- up
ALTER TABLE e1 PARTITION BY HASH (id) PARTITIONS 2;
-- down
ALTER TABLE e1 REMOVE PARTITIONING;

# enum_values_and_back
-- before
CREATE TABLE e2 (a ENUM ('x', 'y'));
-- up
ALTER TABLE e2 MODIFY a ENUM ('x', 'y', 'z');
-- down
ALTER TABLE e2 MODIFY a ENUM ('x', 'y');

# index_in_other_words
-- before
CREATE TABLE e3 (a INT, KEY e3_a (a));
-- up
ALTER TABLE e3 DROP KEY e3_a;
-- down
CREATE INDEX e3_a USING BTREE ON e3 (a ASC);
