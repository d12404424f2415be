SELECT u.id, u.name, p.id FROM users u LEFT JOIN posts p ON p.user_id = u.id ORDER BY u.id
