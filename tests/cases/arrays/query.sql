SELECT id, scores::text, tags::text FROM posts ORDER BY id
