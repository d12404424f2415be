CREATE SCHEMA "Reports";
COMMENT ON SCHEMA "Reports" IS E'The accountants\' corner; don\'t touch';
CREATE VIEW "Reports"."Turnover; monthly" ("Month", "Total") WITH (security_barrier) AS
    SELECT date_trunc('month', placed_at), sum(total::bigint) FROM market.orders GROUP BY 1;
CREATE MATERIALIZED VIEW "Reports".sales AS
    SELECT l.shop_id, l.sku, sum(l.quantity) AS sold, max(o.placed_at) AS last_at
    FROM market.order_lines l JOIN market.orders o ON o.id = l.order_id
    GROUP BY ROLLUP (l.shop_id, l.sku);
CREATE UNIQUE INDEX sales_key ON "Reports".sales (shop_id, sku);
