INSERT INTO users (first, last) VALUES ('Ada', 'Lovelace');
