SELECT id, name, age, level FROM users
