INSERT INTO users (email, name, role) VALUES ('ada@example.org', 'Ada', 'seller'), ('grace@example.org', 'Grace "Amazing"; Hopper', 'buyer'), ('haruki@example.org', '村上春樹; 🦀', 'buyer');
INSERT INTO shops (owner_id, slug, title, settings) SELECT id, 'ada', 'Ada''s engines; more', json_object('theme', 'brass; shiny', 'tags', json_array()) FROM users WHERE name = 'Ada';
INSERT INTO products (shop_id, sku, title, price) SELECT id, 'E-1', 'Engine', 100000 FROM shops UNION ALL SELECT id, 'P-1', 'Card; blank', 5 FROM shops;
INSERT INTO orders (id, buyer_id, status, placed_at) SELECT CAST('order;' || id AS BLOB), id, 'placed', '2024-02-29' FROM users WHERE role = 'buyer';
INSERT INTO order_lines SELECT o.id, row_number() OVER (PARTITION BY o.id ORDER BY p.sku), p.shop_id, p.sku, 2 FROM orders o, products p;
