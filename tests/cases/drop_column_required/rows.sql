INSERT INTO users (name, email, status, level) VALUES ('Ada', 'a@x', 'old', 4);
