SELECT id, mood::text FROM people ORDER BY id
