SELECT id, name, email, age FROM users ORDER BY id
