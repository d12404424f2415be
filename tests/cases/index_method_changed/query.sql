SELECT id, slug, body::text FROM posts ORDER BY id
