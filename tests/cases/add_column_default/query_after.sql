SELECT id, name, status, visits FROM users ORDER BY id
