ALTER TABLE users MODIFY COLUMN age int NOT NULL;

-- destroys data: column `users.born` and its data
ALTER TABLE users DROP COLUMN born;
