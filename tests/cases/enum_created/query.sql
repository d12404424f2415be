SELECT id, name FROM people
