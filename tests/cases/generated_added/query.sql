SELECT id, name, upper(name) FROM users ORDER BY id
