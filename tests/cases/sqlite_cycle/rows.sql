INSERT INTO teams (id, name) VALUES (1, 'core'), (2, 'docs');
INSERT INTO people (id, team_id) VALUES (1, 1), (2, 1), (3, 2);
UPDATE teams SET leader_id = 2 WHERE id = 1;
