DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['colours', 'sizes', 'brands', 'seasons', 'materials'] LOOP
        EXECUTE format('CREATE TABLE market.%I (id smallint PRIMARY KEY, label text NOT NULL UNIQUE);', name);
        EXECUTE format('INSERT INTO market.%I VALUES (1, %L)', name, 'other; ' || name);
    END LOOP;
END;
$$;
