SELECT id, name, age, obj_description('users'::regclass), col_description('users'::regclass, 3) FROM users ORDER BY id
