INSERT INTO users (id, name, age) VALUES (3, 'Ada', 36), (9, 'Grace', NULL);
