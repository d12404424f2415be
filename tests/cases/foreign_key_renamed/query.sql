SELECT posts.id, user_id, title, name FROM posts LEFT JOIN users ON users.id = user_id ORDER BY posts.id
