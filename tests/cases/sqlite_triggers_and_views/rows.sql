INSERT INTO users (name, email) VALUES ('Ada', 'ada@example.org'), ('Grace', '');
