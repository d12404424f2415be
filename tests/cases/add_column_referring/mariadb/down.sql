ALTER TABLE users
    DROP FOREIGN KEY users_team_id_fkey,
    DROP INDEX IF EXISTS users_team_id_fkey;

DROP INDEX users_team_id_idx ON users;

-- destroys data: column `users.team_id` and its data
ALTER TABLE users DROP COLUMN team_id;
