-- destroys data: column `users.email` and its data
ALTER TABLE users DROP COLUMN email;
