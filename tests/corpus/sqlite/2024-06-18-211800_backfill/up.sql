UPDATE orders SET total = (SELECT sum(i.quantity * p.price) FROM order_items i JOIN products p USING (shop_id, sku) WHERE i.order_id = orders.id);
UPDATE users SET name = replace(name, '  ', ' ') WHERE name LIKE '%  %';
