CREATE FUNCTION market.close_old_orders(age interval, OUT closed integer) LANGUAGE plpgsql AS $plpgsql$
<<main>>
DECLARE
    c CURSOR FOR SELECT id FROM market.orders WHERE placed_at < now() - age FOR UPDATE;
    sql text;
BEGIN
    closed := 0;
    FOR r IN c LOOP
        sql := $sql$UPDATE market.orders SET status = 'closed' WHERE id = $1;$sql$;
        BEGIN
            EXECUTE sql USING r.id;
            closed := closed + 1;
        EXCEPTION
            WHEN check_violation THEN
                RAISE NOTICE 'skipped %; %', r.id, SQLERRM;
                CONTINUE;
        END;
        EXIT main WHEN closed > 1000;
    END LOOP;
    WHILE false LOOP NULL; END LOOP;
    CASE closed WHEN 0 THEN RAISE DEBUG 'nothing;'; ELSE NULL; END CASE;
END;
$plpgsql$;
SELECT market.close_old_orders('100 years');
