ALTER TABLE categories CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
ALTER TABLE categories ADD CONSTRAINT categories_name_unique UNIQUE (parent_id, name);
