SELECT id, name, age, email FROM users
