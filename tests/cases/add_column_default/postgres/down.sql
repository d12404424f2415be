-- destroys data: column `users.created_at` and its data
ALTER TABLE users DROP COLUMN created_at;

-- destroys data: column `users.visits` and its data
ALTER TABLE users DROP COLUMN visits;

-- destroys data: column `users.active` and its data
ALTER TABLE users DROP COLUMN active;

-- destroys data: column `users.status` and its data
ALTER TABLE users DROP COLUMN status;
