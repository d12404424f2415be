INSERT INTO people (roles) VALUES ('a,b'), ('b'), (NULL);
