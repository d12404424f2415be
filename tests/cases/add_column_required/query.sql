SELECT id, name, 36, 'nobody@example.com' FROM users ORDER BY id
