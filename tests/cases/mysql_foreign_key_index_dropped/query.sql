SELECT id, user_id, shop FROM posts ORDER BY id
