SELECT id, name, age, next FROM users ORDER BY id
