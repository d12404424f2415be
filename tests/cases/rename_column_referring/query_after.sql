SELECT id, author_id FROM posts
