DO $guard$ BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgcrypto') THEN
        CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
    END IF;
END $guard$;
-- sha256(bytea) is in the core since 11; the function hides which one was used.
CREATE FUNCTION market.fingerprint(body text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$ SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex'); $_$;
