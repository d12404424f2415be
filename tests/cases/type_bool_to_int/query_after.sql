SELECT id, name, age FROM users ORDER BY id
