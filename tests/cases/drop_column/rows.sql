INSERT INTO users (name, email, age) VALUES ('Ada', 'a@x', 36), ('Grace', NULL, NULL);
