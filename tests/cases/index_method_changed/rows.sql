INSERT INTO posts (slug, body) VALUES ('a', '{"k": 1}'), ('b', '[]');
