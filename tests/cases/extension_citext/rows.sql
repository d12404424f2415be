INSERT INTO users (email) VALUES ('Ada@example.org'), ('grace@example.org');
