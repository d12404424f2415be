# create_everything
-- up
CREATE SCHEMA a1;
CREATE TYPE a1.mood AS ENUM ('sad', 'happy');
CREATE DOMAIN a1.positive AS int CHECK (VALUE > 0);
CREATE TABLE a1.t (id serial PRIMARY KEY, mood a1.mood, n a1.positive, EXCLUDE USING gist (int4range(id, id + 1) WITH &&));
CREATE VIEW a1.v AS SELECT id FROM a1.t;
CREATE FUNCTION a1.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION a1.f() IS 'one';
GRANT SELECT ON a1.t TO PUBLIC;
-- down
DROP SCHEMA a1 CASCADE;

# drop_column_that_comes_back_last
-- before
CREATE TABLE b1 (id int PRIMARY KEY, a text DEFAULT 'x', b text);
-- up
ALTER TABLE b1 DROP COLUMN a;
-- down
ALTER TABLE b1 ADD COLUMN a text DEFAULT 'x';

# serial_column
-- before
CREATE TABLE b2 (id serial PRIMARY KEY, n serial);
-- up
ALTER TABLE b2 DROP COLUMN n;
-- down
ALTER TABLE b2 ADD COLUMN n serial;

# serial_of_a_renamed_table
-- before
CREATE TABLE b3_old (id serial PRIMARY KEY);
ALTER TABLE b3_old RENAME TO b3;
ALTER INDEX b3_old_pkey RENAME TO b3_pkey;
-- up
DROP TABLE b3;
-- down
CREATE TABLE b3 (id serial PRIMARY KEY);

# extension_shared
-- up
CREATE EXTENSION IF NOT EXISTS "pgcrypto";
CREATE TABLE b4 (id uuid DEFAULT gen_random_uuid());
-- down
DROP TABLE b4;

# extension_dropped
-- up
CREATE EXTENSION citext;
CREATE TABLE b5 (a citext);
-- down
DROP TABLE b5;
DROP EXTENSION citext;

# grant_and_revoke
-- before
CREATE TABLE b6 (id int);
CREATE FUNCTION b6_f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- up
GRANT SELECT ON b6 TO PUBLIC;
REVOKE EXECUTE ON FUNCTION b6_f() FROM PUBLIC;
-- down
REVOKE SELECT ON b6 FROM PUBLIC;
GRANT EXECUTE ON FUNCTION b6_f() TO PUBLIC;

# function_with_other_spaces
-- before
CREATE FUNCTION b7(a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN a + 1; END $$;
-- up
DROP FUNCTION b7(int);
-- down
create function b7(a integer) returns integer as $body$
begin
    -- one more
    return a + 1;
end
$body$ language plpgsql;

# view_in_other_words
-- before
CREATE TABLE b8 (a int, b int);
CREATE VIEW b8_v AS SELECT a, b FROM b8;
-- up
DROP VIEW b8_v;
-- down
create view b8_v as select x.a, x.b from b8 as x;
DROP VIEW b8_v;
create view b8_v as
select a,
       b
from public.b8;

# rename_and_back
-- before
CREATE TABLE b9 (id serial PRIMARY KEY, a text UNIQUE);
CREATE VIEW b9_v AS SELECT a FROM b9;
-- up
ALTER TABLE b9 RENAME TO b9_new;
ALTER TABLE b9_new RENAME COLUMN a TO b;
-- down
ALTER TABLE b9_new RENAME COLUMN b TO a;
ALTER TABLE b9_new RENAME TO b9;

# rebuilt_enum
-- before
CREATE TYPE c1 AS ENUM ('a', 'b');
CREATE TABLE c1_t (x c1);
-- up
ALTER TYPE c1 ADD VALUE IF NOT EXISTS 'c';
-- down
ALTER TYPE c1 RENAME TO c1_old;
CREATE TYPE c1 AS ENUM ('a', 'b');
ALTER TABLE c1_t ALTER COLUMN x TYPE c1 USING x::text::c1;
DROP TYPE c1_old;

# comments_and_back
-- before
CREATE TABLE c2 (id int);
-- up
COMMENT ON TABLE c2 IS 'x';
-- down
COMMENT ON TABLE c2 IS NULL;

# policy_and_back
-- before
CREATE TABLE c3 (id int);
-- up
ALTER TABLE c3 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON c3 USING (true);
-- down
DROP POLICY p ON c3;
ALTER TABLE c3 DISABLE ROW LEVEL SECURITY;

# seed
-- before
CREATE TABLE c4 (id serial PRIMARY KEY, name text, made timestamptz DEFAULT now());
-- up
INSERT INTO c4 (name) VALUES ('a'), ('b');
-- down
DELETE FROM c4 WHERE name IN ('a', 'b');

# rests_on_the_ids_of_the_seed
-- before
CREATE TABLE c5 (c4_id int REFERENCES c4);
-- up
INSERT INTO c5 VALUES (1), (2);
-- down
DELETE FROM c5;

# update_and_back
-- before
CREATE TABLE c6 (id int PRIMARY KEY, a int, changed timestamptz DEFAULT now());
INSERT INTO c6 (id, a) VALUES (1, 10);
-- up
UPDATE c6 SET a = a * 2, changed = clock_timestamp();
-- down
UPDATE c6 SET a = a / 2, changed = clock_timestamp();

# rebuilt_with_cascade
-- before
CREATE TABLE c7 (id int PRIMARY KEY, a text);
CREATE VIEW c7_v AS SELECT id, a FROM c7;
GRANT SELECT ON c7_v TO PUBLIC;
-- up
DROP VIEW c7_v;
ALTER TABLE c7 ALTER COLUMN a TYPE varchar(20);
CREATE VIEW c7_v AS SELECT id, a FROM c7;
GRANT SELECT ON c7_v TO PUBLIC;
-- down
DROP VIEW c7_v;
ALTER TABLE c7 ALTER COLUMN a TYPE text;
CREATE VIEW c7_v AS SELECT id, a FROM c7;
GRANT SELECT ON c7_v TO PUBLIC;

# temporary_table
-- before
CREATE TABLE c8 (id int);
-- up
CREATE TEMP TABLE work AS SELECT 1 AS id;
INSERT INTO c8 SELECT id FROM work;
-- down
DELETE FROM c8;

# search_path
-- before
CREATE SCHEMA c9;
-- up
SET search_path = c9;
CREATE TABLE here (id int);
-- down
DROP TABLE c9.here;

# partitions
-- before
CREATE TABLE d1 (id int, at date) PARTITION BY RANGE (at);
-- up
CREATE TABLE d1_a PARTITION OF d1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX d1_at ON d1 (at);
-- down
DROP INDEX d1_at;
ALTER TABLE d1 DETACH PARTITION d1_a;
DROP TABLE d1_a;

# owner_and_back
-- before
CREATE TABLE d2 (id int);
-- up
ALTER TABLE d2 OWNER TO CURRENT_USER;
-- down
ALTER TABLE d2 OWNER TO SESSION_USER;

# constraint_validated_later
-- before
CREATE TABLE d3 (id int, a int);
-- up
ALTER TABLE d3 ADD CONSTRAINT d3_a CHECK (a > 0) NOT VALID;
ALTER TABLE d3 VALIDATE CONSTRAINT d3_a;
-- down
ALTER TABLE d3 DROP CONSTRAINT d3_a;

# not_null_through_a_check
-- before
CREATE TABLE d4 (id int, a int);
-- up
ALTER TABLE d4 ALTER COLUMN a SET NOT NULL;
-- down
ALTER TABLE d4 ALTER COLUMN a DROP NOT NULL;

# identity
-- before
CREATE TABLE d5 (id int PRIMARY KEY);
-- up
ALTER TABLE d5 ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
-- down
ALTER TABLE d5 ALTER COLUMN id DROP IDENTITY;

# trigger_and_back
-- before
CREATE TABLE d6 (id int);
CREATE FUNCTION d6_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER d6_t BEFORE INSERT OR UPDATE ON d6 FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION d6_f();
-- up
DROP TRIGGER d6_t ON d6;
-- down
CREATE TRIGGER d6_t BEFORE UPDATE OR INSERT ON public.d6
    FOR EACH ROW WHEN ((NEW.id) > 0) EXECUTE PROCEDURE d6_f();

# materialized_view
-- before
CREATE TABLE d7 (a int);
-- up
CREATE MATERIALIZED VIEW d7_m AS SELECT a FROM d7;
CREATE UNIQUE INDEX d7_i ON d7_m (a);
-- down
DROP MATERIALIZED VIEW d7_m;

# nothing_to_undo
-- up
ANALYZE;
-- down
-- nothing

# cast_check_in_other_words
-- before
CREATE TABLE d8 (a varchar(9) CONSTRAINT d8_a CHECK (a IN ('x', 'y')));
-- up
ALTER TABLE d8 DROP CONSTRAINT d8_a;
-- down
ALTER TABLE d8 ADD CONSTRAINT d8_a CHECK (a IN ('x', 'y'));

# data_moved_between_tables
-- before
CREATE TABLE d9 (id int PRIMARY KEY, city text);
INSERT INTO d9 VALUES (1, 'Rome'), (2, 'Oslo');
-- up
CREATE TABLE d9_city (d9_id int REFERENCES d9, city text);
INSERT INTO d9_city SELECT id, city FROM d9;
ALTER TABLE d9 DROP COLUMN city;
-- down
ALTER TABLE d9 ADD COLUMN city text;
UPDATE d9 SET city = c.city FROM d9_city c WHERE c.d9_id = d9.id;
DROP TABLE d9_city;
