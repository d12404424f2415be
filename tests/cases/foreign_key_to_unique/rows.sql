INSERT INTO users (login) VALUES ('ada'), ('grace');
INSERT INTO posts (author) VALUES ('ada'), ('ada'), ('grace');
