INSERT INTO users (email) VALUES ('ada@example.org');
