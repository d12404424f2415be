INSERT INTO users (name) VALUES ('Ada'), ('Grace'), ('gone');
DELETE FROM users WHERE id = 3;
