INSERT INTO orders (shop, number, placed) VALUES (1, 1, '2024-05-01'), (1, 2, NULL);
INSERT INTO items (shop, number, amount) VALUES (1, 1, 5), (1, 2, 7);
