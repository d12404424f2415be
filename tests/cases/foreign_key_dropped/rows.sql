INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO posts (user_id, title) VALUES (1, 'On engines'), (2, 'On compilers'), (NULL, 'On nothing');
