DROP INDEX CONCURRENTLY market.order_lines_product_idx;
DROP INDEX CONCURRENTLY IF EXISTS market.orders_placed_at_idx;
