SELECT id, user_id, answers FROM posts ORDER BY id
