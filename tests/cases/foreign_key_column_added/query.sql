SELECT id, title FROM posts ORDER BY id
