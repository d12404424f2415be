-- destroys data: column `users.email` and its data
ALTER TABLE users DROP COLUMN email;

-- destroys data: column `users.status` and its data
ALTER TABLE users DROP COLUMN status;

-- destroys data: column `users.level` and its data
ALTER TABLE users DROP COLUMN level;
