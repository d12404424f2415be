# table_left
-- up
CREATE TABLE a1 (id serial PRIMARY KEY, a text UNIQUE CHECK (a <> ''));
CREATE TABLE a2 (id serial PRIMARY KEY);
-- down
DROP TABLE a2;
-- finds
R002 down.sql `down.sql` leaves behind: table `a1`

# index_left
-- before
CREATE TABLE b1 (id int PRIMARY KEY, email text);
-- up
CREATE INDEX b1_email ON b1 (email);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: index `b1_email` of `b1`

# view_left
-- before
CREATE TABLE b2 (id int PRIMARY KEY);
-- up
CREATE VIEW b2_ids AS SELECT id FROM b2;
CREATE MATERIALIZED VIEW b2_all AS SELECT id FROM b2;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: materialized view `b2_all`; view `b2_ids`

# trigger_and_function_left
-- before
CREATE TABLE b3 (id int PRIMARY KEY);
-- up
CREATE FUNCTION b3_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER b3_t BEFORE INSERT ON b3 FOR EACH ROW EXECUTE FUNCTION b3_f();
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: function `b3_f()`; trigger `b3_t` on `b3`

# column_left
-- before
CREATE TABLE b4 (id int PRIMARY KEY);
-- up
ALTER TABLE b4 ADD COLUMN n serial;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: column `b4.n`

# enum_left
-- up
CREATE TYPE b5_mood AS ENUM ('sad', 'happy');
CREATE TABLE b5 (mood b5_mood);
-- down
DROP TABLE b5;
-- finds
R002 down.sql `down.sql` leaves behind: enum `b5_mood`

# sequence_left
-- up
CREATE SEQUENCE b6_seq;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: sequence `b6_seq`

# schema_left
-- up
CREATE SCHEMA b7;
CREATE TABLE b7.t (id int);
-- down
DROP TABLE b7.t;
-- finds
R002 down.sql `down.sql` leaves behind: schema `b7`

# domain_and_composite_left
-- up
CREATE DOMAIN b8_d AS int CHECK (VALUE > 0);
CREATE TYPE b8_c AS (a int, b text);
CREATE TYPE b8_r AS RANGE (subtype = float8);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: composite type `b8_c`; domain `b8_d`; range type `b8_r`

# check_and_unique_left
-- before
CREATE TABLE b9 (id int PRIMARY KEY, a int);
-- up
ALTER TABLE b9 ADD CONSTRAINT b9_a CHECK (a > 0), ADD CONSTRAINT b9_u UNIQUE (a);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: check `b9_a` of `b9`; unique constraint `b9_u` of `b9`

# comments_left
-- before
CREATE TABLE c1 (id int PRIMARY KEY);
CREATE VIEW c1_v AS SELECT id FROM c1;
-- up
COMMENT ON TABLE c1 IS 'things';
COMMENT ON COLUMN c1.id IS 'number';
COMMENT ON VIEW c1_v IS 'numbers';
COMMENT ON CONSTRAINT c1_pkey ON c1 IS 'key';
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: comment on `table constraint c1_pkey on c1`; comment on `view c1_v`
R003 down.sql `down.sql` does not bring back: column `c1.id`: comment `number` instead of none; table `c1`: comment `things` instead of none

# grants_left
-- before
CREATE TABLE c2 (id int PRIMARY KEY);
CREATE FUNCTION c2_f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- up
GRANT SELECT, INSERT ON c2 TO PUBLIC;
GRANT UPDATE (id) ON c2 TO PUBLIC;
REVOKE EXECUTE ON FUNCTION c2_f() FROM PUBLIC;
-- down
REVOKE INSERT ON c2 FROM PUBLIC;
-- finds
R002 down.sql `down.sql` leaves behind: grant `SELECT to PUBLIC` on `c2`; grant `UPDATE to PUBLIC` on `c2.id`
R003 down.sql `down.sql` does not bring back: grant `EXECUTE to PUBLIC` on `c2_f()`

# policies_left
-- before
CREATE TABLE c3 (id int PRIMARY KEY);
-- up
ALTER TABLE c3 ENABLE ROW LEVEL SECURITY;
CREATE POLICY c3_p ON c3 USING (id > 0);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: policy `c3_p` of `c3`; row level security of `c3`

# rule_and_statistics_left
-- before
CREATE TABLE c4 (a int, b int);
-- up
CREATE RULE c4_r AS ON DELETE TO c4 DO INSTEAD NOTHING;
CREATE STATISTICS c4_s ON a, b FROM c4;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: rule `c4_r` of `c4`; statistics `c4_s` of `c4`

# extension_left
-- up
CREATE EXTENSION citext;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: extension `citext`

# publication_left
-- before
CREATE TABLE c5 (id int PRIMARY KEY);
-- up
CREATE PUBLICATION c5_p FOR TABLE c5;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: publication `c5_p`

# type_wrong
-- before
CREATE TABLE d1 (id int PRIMARY KEY, name varchar(40));
-- up
ALTER TABLE d1 ALTER COLUMN name TYPE text;
-- down
ALTER TABLE d1 ALTER COLUMN name TYPE varchar(80);
-- finds
R003 down.sql `down.sql` does not bring back: column `d1.name`: type `character varying(80)` instead of `character varying(40)`

# default_and_null_lost
-- before
CREATE TABLE d2 (id int PRIMARY KEY, a int NOT NULL DEFAULT 5);
-- up
ALTER TABLE d2 DROP COLUMN a;
-- down
ALTER TABLE d2 ADD COLUMN a int;
-- finds
R003 down.sql `down.sql` does not bring back: column `d2.a`: no default instead of `5`; column `d2.a`: nullability `null` instead of `not null`

# collation_lost
-- before
CREATE TABLE d3 (id int PRIMARY KEY, a text COLLATE "C");
-- up
ALTER TABLE d3 DROP COLUMN a;
-- down
ALTER TABLE d3 ADD COLUMN a text;
-- finds
R003 down.sql `down.sql` does not bring back: column `d3.a`: no collation instead of `C`

# index_order_and_condition
-- before
CREATE TABLE d4 (a int, b int);
CREATE INDEX d4_ab ON d4 (a, b DESC);
CREATE UNIQUE INDEX d4_a ON d4 (a) WHERE b > 0;
CREATE INDEX d4_b ON d4 USING hash (b);
-- up
DROP INDEX d4_ab, d4_a, d4_b;
-- down
CREATE INDEX d4_ab ON d4 (b DESC, a);
CREATE INDEX d4_a ON d4 (a);
CREATE INDEX d4_b ON d4 (b);
-- finds
R003 down.sql `down.sql` does not bring back: index `d4_a` of `d4`: no condition instead of `b > 0`; index `d4_a` of `d4`: uniqueness `not unique` instead of `unique`; index `d4_ab` of `d4`: columns `b DESC, a` instead of `a, b DESC`; index `d4_b` of `d4`: no method instead of `hash`

# foreign_key_action
-- before
CREATE TABLE d5 (id int PRIMARY KEY);
CREATE TABLE d6 (id int PRIMARY KEY, d5_id int CONSTRAINT d6_fk REFERENCES d5 ON DELETE CASCADE DEFERRABLE);
-- up
ALTER TABLE d6 DROP CONSTRAINT d6_fk;
-- down
ALTER TABLE d6 ADD CONSTRAINT d6_fk FOREIGN KEY (d5_id) REFERENCES d5;
-- finds
R003 down.sql `down.sql` does not bring back: foreign key `d6_fk` of `d6`: action on delete `NO ACTION` instead of `CASCADE`; foreign key `d6_fk` of `d6`: no deferral instead of `initially immediate`

# foreign_key_under_another_name
-- before
CREATE TABLE d7 (id int PRIMARY KEY, d5_id int CONSTRAINT d7_to_d5 REFERENCES d5);
-- up
ALTER TABLE d7 DROP CONSTRAINT d7_to_d5;
-- down
ALTER TABLE d7 ADD FOREIGN KEY (d5_id) REFERENCES d5;
-- finds
R002 down.sql `down.sql` leaves behind: foreign key `d7_d5_id_fkey` of `d7`
R003 down.sql `down.sql` does not bring back: foreign key `d7_to_d5` of `d7`

# trigger_timing
-- before
CREATE FUNCTION d8_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE d8 (id int PRIMARY KEY);
CREATE TRIGGER d8_t BEFORE INSERT ON d8 FOR EACH ROW EXECUTE FUNCTION d8_f();
-- up
DROP TRIGGER d8_t ON d8;
-- down
CREATE TRIGGER d8_t AFTER INSERT ON d8 FOR EACH ROW EXECUTE FUNCTION d8_f();
-- finds
R003 down.sql `down.sql` does not bring back: trigger `d8_t` on `d8` as it was

# trigger_stays_disabled
-- before
CREATE FUNCTION d9_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE d9 (id int PRIMARY KEY);
CREATE TRIGGER d9_t BEFORE INSERT ON d9 FOR EACH ROW EXECUTE FUNCTION d9_f();
-- up
ALTER TABLE d9 DISABLE TRIGGER d9_t;
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: trigger `d9_t` on `d9` as it was

# function_body
-- before
CREATE FUNCTION e1(a int) RETURNS int LANGUAGE sql AS $$ SELECT a + 1 $$;
-- up
CREATE OR REPLACE FUNCTION e1(a int) RETURNS int LANGUAGE sql AS $$ SELECT a + 2 $$;
-- down
CREATE OR REPLACE FUNCTION e1(a int) RETURNS int LANGUAGE sql AS $$ SELECT a + 3 $$;
-- finds
R003 down.sql `down.sql` does not bring back: function `e1(integer)` as it was

# function_volatility
-- before
CREATE FUNCTION e2() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$;
-- up
DROP FUNCTION e2();
-- down
CREATE FUNCTION e2() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
-- finds
R003 down.sql `down.sql` does not bring back: function `e2()` as it was

# view_text
-- before
CREATE TABLE e3 (a int, b int);
CREATE VIEW e3_v AS SELECT a, b FROM e3;
-- up
DROP VIEW e3_v;
-- down
CREATE VIEW e3_v AS SELECT a, b FROM e3 WHERE a > 0;
-- finds
R003 down.sql `down.sql` does not bring back: view `e3_v` as it was

# index_of_materialized_view_lost
-- before
CREATE TABLE e4 (a int);
CREATE MATERIALIZED VIEW e4_m AS SELECT a FROM e4;
CREATE INDEX e4_i ON e4_m (a);
-- up
DROP MATERIALIZED VIEW e4_m;
-- down
CREATE MATERIALIZED VIEW e4_m AS SELECT a FROM e4;
-- finds
R003 down.sql `down.sql` does not bring back: index `e4_i` of `e4_m`

# generated_and_identity_lost
-- before
CREATE TABLE e5 (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED);
-- up
DROP TABLE e5;
-- down
CREATE TABLE e5 (id int PRIMARY KEY, a int, b int);
-- finds
R003 down.sql `down.sql` does not bring back: column `e5.b`: no expression instead of `(a * 2) stored`; column `e5.id`: no counter instead of `identity always`; sequence of `e5.id`

# primary_key_order
-- before
CREATE TABLE e6 (a int, b int, PRIMARY KEY (a, b));
-- up
ALTER TABLE e6 DROP CONSTRAINT e6_pkey;
-- down
ALTER TABLE e6 ADD PRIMARY KEY (b, a);
-- finds
R003 down.sql `down.sql` does not bring back: primary key of `e6`: columns `b, a` instead of `a, b`

# exclusion_lost
-- before
CREATE TABLE e7 (id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&));
-- up
ALTER TABLE e7 DROP CONSTRAINT e7_during_excl;
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: exclusion constraint `e7_during_excl` of `e7`

# labels_in_other_order
-- before
CREATE TYPE e8 AS ENUM ('a', 'b', 'c');
-- up
DROP TYPE e8;
-- down
CREATE TYPE e8 AS ENUM ('b', 'a', 'c');
-- finds
R003 down.sql `down.sql` does not bring back: enum `e8`: labels `b, a, c` instead of `a, b, c`

# label_stays
-- before
CREATE TYPE e9 AS ENUM ('a', 'b');
-- up
ALTER TYPE e9 ADD VALUE IF NOT EXISTS 'c' BEFORE 'b';
-- down
-- PostgreSQL has no way back
-- finds
R008 down.sql PostgreSQL cannot take back what `up.sql` adds: label `c` of enum `e9`

# label_stays_and_is_in_the_way
-- before
CREATE TYPE e10 AS ENUM ('a', 'b');
-- up
ALTER TYPE e10 ADD VALUE 'c';
-- down
SELECT 1;
-- finds
R008 down.sql PostgreSQL cannot take back what `up.sql` adds: label `c` of enum `e10`
R005 up.sql:1 `up.sql` fails when it runs again behind `down.sql`: enum label "c" already exists

# domain_check_lost
-- before
CREATE DOMAIN f1 AS int CONSTRAINT f1_positive CHECK (VALUE > 0);
-- up
ALTER DOMAIN f1 DROP CONSTRAINT f1_positive;
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: domain `f1` as it was

# sequence_step
-- before
CREATE SEQUENCE f2 INCREMENT 5;
-- up
DROP SEQUENCE f2;
-- down
CREATE SEQUENCE f2;
-- finds
R003 down.sql `down.sql` does not bring back: sequence `f2` as it was

# partition_lost
-- before
CREATE TABLE f3 (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE f3_a PARTITION OF f3 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- up
DROP TABLE f3_a;
-- down
CREATE TABLE f3_a PARTITION OF f3 FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
-- finds
R003 down.sql `down.sql` does not bring back: partition `f3_a` of `f3` as it was

# storage_settings_left
-- before
CREATE TABLE f4 (id int PRIMARY KEY, a text);
-- up
ALTER TABLE f4 SET (fillfactor = 70);
ALTER TABLE f4 ALTER COLUMN a SET STORAGE EXTERNAL;
ALTER TABLE f4 REPLICA IDENTITY FULL;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: replica identity of `f4`; settings of `f4.a`
R003 down.sql `down.sql` does not bring back: table `f4`: options `WITH (fillfactor=70)` instead of none

# unlogged_left
-- before
CREATE TABLE f5 (id int PRIMARY KEY);
-- up
ALTER TABLE f5 SET UNLOGGED;
-- down
SELECT 1;
-- finds
R003 down.sql `down.sql` does not bring back: table `f5`: options `UNLOGGED` instead of none

# rows_left_lost_and_changed
-- before
CREATE TABLE f6 (id int PRIMARY KEY, name text);
INSERT INTO f6 VALUES (1, 'a'), (2, 'b'), (3, 'c');
-- up
INSERT INTO f6 VALUES (4, 'd');
DELETE FROM f6 WHERE id = 1;
UPDATE f6 SET name = 'x' WHERE id = 2;
-- down
SELECT 1;
-- finds
R004 down.sql rows are not what they were before `up.sql`: 2 rows of `f6` changed

# values_lost
-- before
CREATE TABLE f7 (id int PRIMARY KEY, name text);
INSERT INTO f7 VALUES (1, 'a');
-- up
ALTER TABLE f7 DROP COLUMN name;
-- down
ALTER TABLE f7 ADD COLUMN name text;
-- finds
R004 down.sql rows are not what they were before `up.sql`: 1 row of `f7` changed

# drops_too_much
-- before
CREATE TABLE g1 (id int PRIMARY KEY);
CREATE VIEW g1_v AS SELECT id FROM g1;
-- up
ALTER TABLE g1 ADD COLUMN a int;
CREATE VIEW g1_w AS SELECT a FROM g1;
-- down
DROP VIEW g1_v, g1_w;
ALTER TABLE g1 DROP COLUMN a;
-- finds
R003 down.sql `down.sql` does not bring back: view `g1_v`

# comments_alone
-- up
CREATE TABLE g2 (id int);
-- down
-- nothing yet
-- finds
R006 down.sql `down.sql` holds comments alone, and undoes nothing: table `g2`

# down_fails
-- up
CREATE TABLE g3 (id int PRIMARY KEY);
CREATE TABLE g4 (g3_id int REFERENCES g3);
-- down
DROP TABLE g3;
DROP TABLE g4;
-- finds
R001 down.sql:1 `down.sql` fails right behind `up.sql`: cannot drop table g3 because other objects depend on it

# not_repeatable
-- before
CREATE TABLE g5 (id serial PRIMARY KEY, name text);
CREATE TABLE g6 (g5_id int REFERENCES g5);
-- up
INSERT INTO g5 (name) VALUES ('first');
INSERT INTO g6 VALUES (1);
-- down
DELETE FROM g6;
DELETE FROM g5;
-- finds
R005 up.sql:2 `up.sql` fails when it runs again behind `down.sql`: insert or update on table "g6" violates foreign key constraint "g6_g5_id_fkey"

# aggregate_and_operator_left
-- up
CREATE AGGREGATE g7 (int) (SFUNC = int4pl, STYPE = int);
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: aggregate `g7(integer)`; operator `===(integer,integer)`

# leads_elsewhere_the_second_time
-- before
CREATE SEQUENCE g8;
-- up
DO $$ BEGIN
    IF nextval('g8') = 1 THEN CREATE TABLE g8_first (id int); ELSE CREATE TABLE g8_next (id int); END IF;
END $$;
-- down
DROP TABLE IF EXISTS g8_first, g8_next;
-- finds
R005 up.sql `up.sql` leads elsewhere when it runs again behind `down.sql`: table `g8_first`; table `g8_next`

# refused_at_the_end
-- before
CREATE TABLE g9 (id int PRIMARY KEY);
CREATE FUNCTION g9_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'rows stay'; END $$;
CREATE CONSTRAINT TRIGGER g9_t AFTER DELETE ON g9 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION g9_f();
-- up
INSERT INTO g9 VALUES (1);
-- down
DELETE FROM g9 WHERE id = 1;
-- finds
R001 down.sql `down.sql` fails right behind `up.sql`: rows stay

# concurrently_in_the_wrong_place
-- before
CREATE TABLE g11 (id int);
-- up
CREATE INDEX g11_i ON g11 (id);
-- down
DROP INDEX CONCURRENTLY g11_i;
-- finds
R001 down.sql:1 `down.sql` fails right behind `up.sql`: DROP INDEX CONCURRENTLY cannot run inside a transaction block

# default_grant_left
-- up
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
-- down
SELECT 1;
-- finds
R002 down.sql `down.sql` leaves behind: default grant `SELECT to PUBLIC for r by manage`
