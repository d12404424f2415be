INSERT INTO people (mood, moods) VALUES ('sad', '{happy,sad}'), ('happy', '{}');
INSERT INTO pets (mood) VALUES ('happy'), (NULL);
