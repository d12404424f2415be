SELECT id, title, body FROM posts ORDER BY id
