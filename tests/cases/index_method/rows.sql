INSERT INTO posts (slug, tags, body) VALUES ('a', '{x,y}', '{"k": 1}'), ('b', '{}', '[]');
