SELECT id, full_name FROM people ORDER BY id
