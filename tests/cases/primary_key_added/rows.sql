INSERT INTO readings (at, value) VALUES (1, 0.5), (2, 1.5);
