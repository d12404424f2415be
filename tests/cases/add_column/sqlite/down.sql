-- destroys data: column `email` of `users`
ALTER TABLE users DROP COLUMN email;
