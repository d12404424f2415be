SELECT id, slug, tags::text, body::text FROM posts ORDER BY id
