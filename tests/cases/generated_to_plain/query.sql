SELECT id, name, age, age + 1 FROM users ORDER BY id
