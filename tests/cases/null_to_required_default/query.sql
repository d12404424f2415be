SELECT id, name, age, level FROM users ORDER BY id
