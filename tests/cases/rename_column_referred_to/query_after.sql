SELECT u.user_id, u.name, p.id FROM users u LEFT JOIN posts p ON p.user_id = u.user_id ORDER BY u.user_id
