ALTER TABLE categories DROP INDEX categories_name_unique;
ALTER TABLE categories CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
