CREATE INDEX CONCURRENTLY orders_placed_at_idx ON market.orders USING brin (placed_at) WITH (pages_per_range = 32);
CREATE UNIQUE INDEX CONCURRENTLY order_lines_product_idx ON market.order_lines (shop_id, sku, order_id, line);
