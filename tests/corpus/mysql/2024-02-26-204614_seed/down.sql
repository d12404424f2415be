DELETE FROM orders;
DELETE FROM products;
DELETE FROM shops;
DELETE FROM users;
