INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO notes (user_id, rank) VALUES (1, 5);
