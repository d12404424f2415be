INSERT INTO users (name, age) VALUES ('Ada', 36), ('Grace', 85);
