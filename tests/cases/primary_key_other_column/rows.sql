INSERT INTO countries (id, code, name) VALUES (1, 'de', 'Germany'), (2, 'fr', 'France');
