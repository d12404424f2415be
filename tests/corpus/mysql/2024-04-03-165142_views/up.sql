CREATE VIEW open_orders AS
    SELECT HEX(o.id) AS id, u.name AS buyer, CASE WHEN o.total > 1000 THEN 'big;' ELSE 'small' END AS size
    FROM orders o JOIN users u ON u.id = o.buyer_id WHERE o.status <> 'closed';
CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `cheap; products` AS
    SELECT shop_id, sku, price FROM products WHERE price < 100 WITH CASCADED CHECK OPTION;
