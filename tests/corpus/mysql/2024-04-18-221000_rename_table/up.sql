RENAME TABLE order_lines TO order_items;
ALTER TABLE order_items RENAME COLUMN line TO position;
ALTER TABLE order_items RENAME INDEX order_lines_product TO order_items_product;
