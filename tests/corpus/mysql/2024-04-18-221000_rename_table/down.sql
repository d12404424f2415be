ALTER TABLE order_items RENAME INDEX order_items_product TO order_lines_product;
ALTER TABLE order_items RENAME COLUMN position TO line;
RENAME TABLE order_items TO order_lines;
