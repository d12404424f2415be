SELECT id, user_id FROM posts
