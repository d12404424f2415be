ALTER TABLE orders RENAME COLUMN "end" TO finished_at;
ALTER TABLE order_lines RENAME TO order_items;
