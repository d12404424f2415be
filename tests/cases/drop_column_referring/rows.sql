INSERT INTO teams (name) VALUES ('red');
INSERT INTO users (name, team_id) VALUES ('Ada', 1);
