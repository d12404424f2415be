SELECT id, full_name, loud FROM users ORDER BY id
