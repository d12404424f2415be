INSERT INTO users () VALUES (), ();
INSERT INTO posts (user_id) VALUES (1), (2);
