INSERT INTO users (name) VALUES ('Ada'), ('Grace');
