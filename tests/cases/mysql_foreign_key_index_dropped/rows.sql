INSERT INTO users () VALUES (), ();
INSERT INTO posts (user_id, shop) VALUES (1, 1), (2, 1);
