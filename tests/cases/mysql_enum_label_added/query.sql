SELECT id, mood FROM people ORDER BY id
