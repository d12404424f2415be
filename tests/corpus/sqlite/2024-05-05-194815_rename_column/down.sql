ALTER TABLE order_items RENAME TO order_lines;
ALTER TABLE orders RENAME COLUMN finished_at TO "end";
