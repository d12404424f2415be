CREATE VIEW open_orders (id, buyer, size) AS
    SELECT o.id, u.name, CASE WHEN o.total > 1000 THEN 'big;' ELSE 'small' END
    FROM orders o JOIN users u ON u.id = o.buyer_id WHERE o.status <> 'closed';
CREATE VIEW "cheap; products" AS SELECT * FROM products WHERE price < 100;
