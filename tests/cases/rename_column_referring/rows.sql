INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO posts (user_id) VALUES (2);
