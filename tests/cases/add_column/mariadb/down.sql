-- destroys data: `email` of every row of `users`
ALTER TABLE users DROP COLUMN email;
