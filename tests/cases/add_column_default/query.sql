SELECT id, name, 'new', 0 FROM users ORDER BY id
