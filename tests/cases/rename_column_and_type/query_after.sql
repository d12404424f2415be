SELECT id, name, years FROM users
