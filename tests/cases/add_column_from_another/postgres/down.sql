ALTER TABLE users DROP CONSTRAINT users_login_key;

-- destroys data: column `users.login` and its data
ALTER TABLE users DROP COLUMN login;
