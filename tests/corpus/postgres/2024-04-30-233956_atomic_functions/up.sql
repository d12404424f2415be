-- Bodies in standard SQL came with 14; before, the same functions are strings.
DO $outer$
BEGIN
    IF current_setting('server_version_num')::integer >= 140000 THEN
        EXECUTE $body$
            CREATE FUNCTION market.shop_turnover(shop bigint) RETURNS bigint
            LANGUAGE sql STABLE
            BEGIN ATOMIC
                SELECT CASE WHEN shop IS NULL THEN 0 ELSE 1 END;
                SELECT coalesce(sum(l.quantity * l.price::bigint), 0)::bigint
                FROM market.order_lines l WHERE l.shop_id = shop;
            END
        $body$;
    ELSE
        EXECUTE $body$
            CREATE FUNCTION market.shop_turnover(shop bigint) RETURNS bigint LANGUAGE sql STABLE AS $f$
                SELECT coalesce(sum(l.quantity * l.price::bigint), 0)::bigint
                FROM market.order_lines l WHERE l.shop_id = shop;
            $f$
        $body$;
    END IF;
END
$outer$;
