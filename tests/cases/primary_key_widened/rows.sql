INSERT INTO seats (number, room, who) VALUES (1, 10, 'Ada'), (2, 10, NULL);
