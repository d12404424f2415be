SELECT id, full_name, email, age FROM users ORDER BY id
