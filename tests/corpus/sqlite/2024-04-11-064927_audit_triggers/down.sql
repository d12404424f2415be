DROP TRIGGER users_delete;
DROP TRIGGER users_insert;
DELETE FROM users WHERE email = 'alan@example.org';
DROP TABLE audit;
