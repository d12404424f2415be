SELECT u.id, u.name, u.email, u.age, p.id FROM users u JOIN posts p ON p.user_id = u.id
