ALTER TABLE users DROP CONSTRAINT users_team_id_fkey;

DROP INDEX users_team_id_idx;

-- destroys data: column `users.team_id` and its data
ALTER TABLE users DROP COLUMN team_id;
