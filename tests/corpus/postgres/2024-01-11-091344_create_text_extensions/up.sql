/* Contrib modules are not there on every server: what needs them
   /* (citext, pg_trgm, btree_gist; see below) */
   has a plain replacement; nothing later asks which one it was. */
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext') THEN
        CREATE EXTENSION citext WITH SCHEMA public;
        EXECUTE 'CREATE DOMAIN public.email_address AS public.citext';
    ELSE
        CREATE DOMAIN public.email_address AS text;
    END IF;
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        EXECUTE 'CREATE EXTENSION pg_trgm';
    END IF;
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gist') THEN
        EXECUTE 'CREATE EXTENSION btree_gist';
    END IF;
END
$$ LANGUAGE plpgsql;

ALTER DOMAIN public.email_address ADD CONSTRAINT email_address_shape CHECK (VALUE ~ '^[^@;\s]+@[^@;\s]+$');
