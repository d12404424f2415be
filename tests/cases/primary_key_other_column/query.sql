SELECT id, code, name FROM countries ORDER BY id
