INSERT INTO users (name, age) VALUES ('Ada', 36);
INSERT INTO posts (user_id, title) VALUES (1, 'On engines');
INSERT INTO tags (name) VALUES ('red');
