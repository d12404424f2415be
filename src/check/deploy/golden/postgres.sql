-- What ran before.
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(80) NOT NULL,
    email text,
    age integer,
    joined timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE posts (id bigint PRIMARY KEY, author bigint, body text);

-- Still to run.
DROP TABLE "Odd; name", audit.old_events CASCADE;
DROP TABLE IF EXISTS posts;
ALTER TABLE users DROP COLUMN email;
ALTER TABLE users DROP age, DROP CONSTRAINT users_email_key;
DROP DATABASE shop;
DROP SCHEMA empty_one;
DROP SCHEMA audit CASCADE;
DROP TYPE mood CASCADE;
DROP OWNED BY somebody;
TRUNCATE users;
TRUNCATE TABLE ONLY sales.orders, carts CASCADE;
DELETE FROM users;
DELETE FROM users WHERE true;
DELETE FROM users WHERE id = 1;
DELETE FROM users USING banned;
WITH gone AS (DELETE FROM users RETURNING *) INSERT INTO archive SELECT * FROM gone;
UPDATE users SET name = (SELECT n FROM names WHERE names.id = users.id);
UPDATE users SET name = 'x' WHERE id = 1;
ALTER TABLE users ALTER COLUMN name TYPE varchar(40);
ALTER TABLE users ALTER COLUMN name TYPE varchar(200);
ALTER TABLE users ALTER name SET DATA TYPE text;
ALTER TABLE users ALTER COLUMN joined TYPE date USING joined::date;
ALTER TABLE unknown ALTER COLUMN size TYPE bigint;
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME COLUMN name TO full_name;
ALTER TABLE people RENAME joined TO since;
ALTER TABLE people RENAME CONSTRAINT a TO b;
ALTER TABLE people ADD COLUMN country text NOT NULL;
ALTER TABLE people ADD COLUMN country2 text NOT NULL DEFAULT 'NL';
ALTER TABLE people ADD COLUMN token uuid DEFAULT gen_random_uuid();
ALTER TABLE people ADD COLUMN seen timestamptz DEFAULT now();
ALTER TABLE people ADD COLUMN number bigserial;
ALTER TABLE people ADD COLUMN counted bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE people ADD COLUMN low text GENERATED ALWAYS AS (lower(full_name)) STORED;
ALTER TABLE people ADD COLUMN lazy text GENERATED ALWAYS AS (lower(full_name)) VIRTUAL;
ALTER TABLE people DROP COLUMN token;
ALTER TABLE people ALTER COLUMN full_name SET NOT NULL, ALTER COLUMN since DROP NOT NULL;
ALTER TABLE people ADD CONSTRAINT has_number CHECK (number IS NOT NULL) NOT VALID;
ALTER TABLE people VALIDATE CONSTRAINT has_number;
ALTER TABLE people ALTER COLUMN number SET NOT NULL;
ALTER TABLE people ADD CHECK (number > 0);
ALTER TABLE people ADD CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&);
ALTER TABLE people ADD CONSTRAINT boss FOREIGN KEY (boss_id) REFERENCES people (id);
ALTER TABLE people ADD CONSTRAINT boss2 FOREIGN KEY (boss_id) REFERENCES people (id) NOT VALID;
ALTER TABLE people ADD COLUMN shop_id bigint REFERENCES shops (id);
ALTER TABLE people ADD COLUMN shop2_id bigint DEFAULT 1 REFERENCES shops (id);
ALTER TABLE people ADD CONSTRAINT people_name UNIQUE (full_name);
ALTER TABLE people ADD CONSTRAINT people_name2 UNIQUE USING INDEX people_name_idx;
ALTER TABLE people ADD PRIMARY KEY (id);
ALTER TABLE people SET UNLOGGED, SET TABLESPACE fast;
CREATE INDEX people_number ON people (number);
CREATE UNIQUE INDEX ON people (number);
CREATE INDEX CONCURRENTLY people_fine ON people (number);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX people_ignored ON people (number);
DROP INDEX people_number;
DROP INDEX old_index;
DROP INDEX CONCURRENTLY old_index_2;
ALTER DOMAIN cents ADD CONSTRAINT positive CHECK (VALUE > 0);
ALTER DOMAIN cents ADD CONSTRAINT positive2 CHECK (VALUE > 0) NOT VALID;
LOCK TABLE people IN ACCESS EXCLUSIVE MODE;
VACUUM (FULL) people;
VACUUM people;
CLUSTER people USING people_number;
REINDEX TABLE people;
REINDEX INDEX CONCURRENTLY people_number;
REFRESH MATERIALIZED VIEW totals;
CREATE TABLE made (id int, name text);
ALTER TABLE made ADD COLUMN needed text NOT NULL, ALTER COLUMN id TYPE bigint;
CREATE INDEX ON made (name);
ALTER TABLE made ADD CONSTRAINT made_name UNIQUE (name);
INSERT INTO made SELECT 1, 'x';
DELETE FROM made;
DROP TABLE made;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE users; DELETE FROM users; END $$;
CREATE TRIGGER t BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION f();
DO $$ BEGIN TRUNCATE people; END $$;
SELECT 'DROP TABLE users';
