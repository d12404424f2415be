SET CONSTRAINTS ALL DEFERRED;
INSERT INTO market.orders (id, buyer_id, status, placed_at)
SELECT md5('order ' || u.id)::uuid, u.id, 'placed', timestamptz '2024-02-29 12:00:00+00' + u.id * interval '1 day'
FROM public.users u WHERE u.role = 'buyer';
INSERT INTO market.order_lines (order_id, line, shop_id, sku, quantity, price)
SELECT o.id, row_number() OVER (PARTITION BY o.id ORDER BY p.sku), p.shop_id, p.sku, 2, p.price
FROM market.orders o, market.products p;
UPDATE market.orders o SET total = s.total
FROM (SELECT order_id, sum(quantity * price::bigint) AS total FROM market.order_lines GROUP BY 1) AS s
WHERE s.order_id = o.id;
-- What waits for the commit would stand in the way of an ALTER TABLE in the same transaction.
SET CONSTRAINTS ALL IMMEDIATE;
