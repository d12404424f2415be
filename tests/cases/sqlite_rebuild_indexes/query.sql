SELECT id, name, age, (SELECT group_concat(name || sql) FROM (SELECT * FROM sqlite_master WHERE type = 'index' ORDER BY name)) FROM users ORDER BY id
