INSERT INTO users (name, age, level) VALUES ('Ada', 36, 'high');
