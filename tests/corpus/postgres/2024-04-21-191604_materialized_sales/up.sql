CREATE MATERIALIZED VIEW "Reports".sales AS
    SELECT l.shop_id, l.sku, sum(l.quantity) AS sold, max(o.placed_at) AS last_at
    FROM market.order_lines l JOIN market.orders o ON o.id = l.order_id
    GROUP BY ROLLUP (l.shop_id, l.sku)
    WITH NO DATA;
CREATE UNIQUE INDEX sales_key ON "Reports".sales (shop_id, sku);
REFRESH MATERIALIZED VIEW "Reports".sales;
REFRESH MATERIALIZED VIEW CONCURRENTLY "Reports".sales;
