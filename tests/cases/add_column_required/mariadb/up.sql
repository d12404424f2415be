ALTER TABLE users ADD COLUMN age int;

UPDATE users SET age = 36;

ALTER TABLE users MODIFY COLUMN age int NOT NULL;

ALTER TABLE users ADD COLUMN email varchar(40);

UPDATE users SET email = 'nobody@example.com';

ALTER TABLE users MODIFY COLUMN email varchar(40) NOT NULL;
