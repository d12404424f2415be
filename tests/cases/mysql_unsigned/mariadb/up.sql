ALTER TABLE users MODIFY COLUMN age int unsigned NOT NULL;
