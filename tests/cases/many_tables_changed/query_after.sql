SELECT u.id, u.name, u.age, p.id, p.heading FROM users u JOIN posts p ON p.user_id = u.id
