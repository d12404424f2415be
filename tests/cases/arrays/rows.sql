INSERT INTO posts (scores, tags) VALUES ('{1,2,NULL}', '{a}'), ('{}', '{b,c}');
