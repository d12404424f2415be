ALTER TABLE users DROP INDEX users_login_key;

-- destroys data: column `users.login` and its data
ALTER TABLE users DROP COLUMN login;
