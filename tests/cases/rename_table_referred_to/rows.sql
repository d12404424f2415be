INSERT INTO users (name, email, age) VALUES ('Ada', 'a@x', 36);
INSERT INTO posts (user_id) VALUES (1);
