SELECT id, name, (SELECT seq FROM sqlite_sequence WHERE name = 'users'), (SELECT count(*) FROM sqlite_sequence) FROM users ORDER BY id
