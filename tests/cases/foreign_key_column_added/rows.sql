INSERT INTO users (name) VALUES ('Ada');
INSERT INTO posts (title) VALUES ('On engines');
