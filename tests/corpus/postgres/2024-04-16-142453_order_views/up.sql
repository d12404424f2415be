CREATE VIEW market.open_orders AS
    SELECT o.id, u.name AS buyer, o.total, CASE WHEN o.total > 1000000 THEN 'big' ELSE 'small;' END AS size
    FROM market.orders o JOIN public.users u ON u.id = o.buyer_id
    WHERE o.status NOT IN ('closed', 'cancelled');
CREATE OR REPLACE VIEW "Reports"."Turnover; monthly" ("Month", "Total") WITH (security_barrier) AS
    SELECT date_trunc('month', placed_at), sum(total::bigint) FROM market.orders GROUP BY 1;
CREATE VIEW market.cheap_products AS SELECT shop_id, sku, title, price FROM market.products WHERE price::bigint < 100
    WITH LOCAL CHECK OPTION;
COMMENT ON VIEW market.open_orders IS 'Orders; not yet closed';
