SELECT id, name, age, email FROM users ORDER BY id
