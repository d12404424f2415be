INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO posts (user_id, answers) VALUES (1, NULL), (2, 1), (2, 2);
