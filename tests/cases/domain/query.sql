SELECT id, email FROM users
