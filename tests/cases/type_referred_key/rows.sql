INSERT INTO users (name) VALUES ('Ada');
INSERT INTO users (name, friend_id) VALUES ('Grace', 1);
INSERT INTO posts (user_id) VALUES (2);
