SELECT p.id, p.mood::text, p.moods::text, q.mood::text FROM people p JOIN pets q ON q.id = p.id ORDER BY p.id
