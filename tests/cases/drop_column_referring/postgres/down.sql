ALTER TABLE users ADD COLUMN team_id integer;

-- the data are lost: every row gets a placeholder
UPDATE users SET team_id = (SELECT id FROM teams ORDER BY id LIMIT 1);

ALTER TABLE users ALTER COLUMN team_id SET NOT NULL;

ALTER TABLE users ADD CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE;
