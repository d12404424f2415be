-- No value can be taken out of an enum: make it again.
BEGIN;
DROP INDEX market.orders_open_idx;
ALTER TABLE market.orders ALTER COLUMN status DROP DEFAULT;
ALTER TYPE market.order_status RENAME TO order_status_old;
CREATE TYPE market.order_status AS ENUM ('draft', 'placed', 'paid', 'shipped', 'closed');
ALTER TABLE market.orders ALTER COLUMN status TYPE market.order_status
    USING (CASE status::text WHEN 'cancelled' THEN 'closed' WHEN 'returned' THEN 'closed' ELSE status::text END)::market.order_status;
ALTER TABLE market.orders ALTER COLUMN status SET DEFAULT 'draft';
DROP TYPE market.order_status_old;
CREATE INDEX orders_open_idx ON market.orders (buyer_id, placed_at) INCLUDE (total) WHERE status <> 'closed';
COMMIT;
