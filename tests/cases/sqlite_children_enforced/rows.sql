INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO posts (user_id, answers) VALUES (1, NULL), (2, 1);
INSERT INTO likes (post_id, user_id) VALUES (1, 1), (1, 2), (2, 1);
