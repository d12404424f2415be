INSERT INTO settings VALUES ('a', 1), ('b', 'two');
INSERT INTO counts VALUES ('x', 5);
