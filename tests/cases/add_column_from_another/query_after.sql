SELECT id, name, login FROM users ORDER BY id
