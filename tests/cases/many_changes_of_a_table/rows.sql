INSERT INTO users (name, age, email, level) VALUES ('Ada', 36, 'a@x', 'high');
