UPDATE users SET name = TRIM(REPLACE(name, '  ', ' '));
UPDATE orders o JOIN (SELECT order_id, SUM(quantity * price) AS total FROM order_items GROUP BY order_id) t ON t.order_id = o.id
SET o.total = t.total;
