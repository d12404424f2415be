SELECT id, name, parent_id FROM folders ORDER BY id
