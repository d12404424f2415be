SAVEPOINT guess;
INSERT INTO literals (id, value) VALUES (100, 'guess;');
ROLLBACK TO guess;
RELEASE guess;
INSERT INTO literals (id, value) VALUES (100, 'sure;');
