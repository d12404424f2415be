INSERT INTO users (id, name) VALUES (1, 'Ada');
INSERT INTO posts (id, user_id) VALUES (7, 1);
