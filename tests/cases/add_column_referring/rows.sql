INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO teams (name) VALUES ('red');
