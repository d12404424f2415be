CREATE PROCEDURE market.refresh_totals(INOUT changed integer)
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE market.orders o SET total = (SELECT sum(quantity * price::bigint) FROM market.order_lines WHERE order_id = o.id);
    GET DIAGNOSTICS changed = ROW_COUNT;
END;
$$;
CALL market.refresh_totals(0);
CREATE OR REPLACE PROCEDURE market.archive(before date) LANGUAGE sql AS $$
    DELETE FROM market.orders WHERE placed_at < $1 AND status = 'closed';
    DELETE FROM audit.entries WHERE at < $1;
$$;
