-- destroys data: column `users.email` and its data
ALTER TABLE users DROP COLUMN email;

-- destroys data: column `users.age` and its data
ALTER TABLE users DROP COLUMN age;
