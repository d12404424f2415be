CREATE SCHEMA IF NOT EXISTS types;
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN types.positive AS integer CHECK (VALUE > 0);
CREATE TYPE address AS (street text, city text);
CREATE TYPE types."Odd Pair" AS (a integer, b integer);
CREATE COLLATION types.german (provider = libc, locale = 'C.UTF-8');
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE OPERATOR CLASS types.backwards FOR TYPE integer USING btree AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <,
    FUNCTION 1 btint4cmp(integer, integer);
