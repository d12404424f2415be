SELECT id, author FROM posts ORDER BY id
