INSERT INTO folders (parent_id, name) VALUES (NULL, 'root'), (1, 'src'), (2, 'tests');
