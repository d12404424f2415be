SELECT id, name, age, address FROM users
