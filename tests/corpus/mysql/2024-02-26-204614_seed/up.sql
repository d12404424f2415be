INSERT INTO users (email, name, role, flags) VALUES
    ('ada@example.org', 'Ada', 'seller', 'news,staff'),
    ('grace@example.org', 'Grace \'Amazing\'; Hopper', 'buyer', ''),
    ('haruki@example.org', '村上春樹; 🦀', 'both; or neither', 'beta');
INSERT INTO shops (owner_id, slug, title, settings)
    SELECT id, 'ada', "Ada's engines; \\ more", '{"theme": "brass; shiny", "tags": []}' FROM users WHERE name = 'Ada';
INSERT INTO products (shop_id, sku, category_id, title, price, attributes)
    SELECT id, 'E-1', 2, 'Engine', 1000, JSON_OBJECT('length', 3.5, 'tags', JSON_ARRAY('x;y', NULL)) FROM shops
    UNION ALL SELECT id, 'P-1', 2, 'Punched card; blank', 0.05, NULL FROM shops;
INSERT INTO orders (id, buyer_id, status, placed_at)
    SELECT UNHEX(MD5(CONCAT('order;', id))), id, 'placed', '2024-02-29 12:00:00' FROM users WHERE role = 'buyer';
INSERT INTO order_lines SELECT o.id, ROW_NUMBER() OVER (PARTITION BY o.id ORDER BY p.sku), p.shop_id, p.sku, 2, p.price
    FROM orders o CROSS JOIN products p;
