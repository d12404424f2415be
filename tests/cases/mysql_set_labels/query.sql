SELECT id, roles FROM people ORDER BY id
