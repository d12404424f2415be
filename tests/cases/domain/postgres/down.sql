ALTER TABLE users ALTER COLUMN email TYPE text;

-- destroys data: column `users.other` and its data
ALTER TABLE users DROP COLUMN other;
