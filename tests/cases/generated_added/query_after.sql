SELECT id, name, loud FROM users ORDER BY id
