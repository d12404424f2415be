INSERT INTO people (mood) VALUES ('sad'), ('happy'), (NULL);
