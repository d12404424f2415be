ALTER TABLE users ADD COLUMN team_id int;

-- the data are lost: every row gets a placeholder
UPDATE users SET team_id = (SELECT MIN(x) FROM (SELECT id AS x FROM teams) AS parents);

ALTER TABLE users MODIFY COLUMN team_id int NOT NULL;

ALTER TABLE users ADD CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE;
