SELECT id, name, lower(name) FROM users ORDER BY id
