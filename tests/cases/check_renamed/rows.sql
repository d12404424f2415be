INSERT INTO users (name, email, age) VALUES ('Ada', 'ada@example.org', 36), ('Grace', NULL, 85), ('Edsger', 'e@example.org', 72);
