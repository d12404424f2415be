SELECT l.post_id, l.user_id, p.user_id, p.answers, u.name FROM likes l JOIN posts p ON p.id = l.post_id JOIN users u ON u.id = l.user_id ORDER BY 1, 2
