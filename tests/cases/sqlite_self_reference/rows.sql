INSERT INTO folders (id, name, parent_id) VALUES (1, 'root', NULL), (2, 'src', 1), (5, 'tests', 2);
