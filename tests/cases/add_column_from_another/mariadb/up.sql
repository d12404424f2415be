ALTER TABLE users ADD COLUMN login varchar(50);

UPDATE users SET login = lower(name);

ALTER TABLE users MODIFY COLUMN login varchar(50) NOT NULL;

ALTER TABLE users ADD CONSTRAINT users_login_key UNIQUE (login);
