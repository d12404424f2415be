ALTER TABLE users ADD COLUMN age integer;

UPDATE users SET age = 36;

ALTER TABLE users ALTER COLUMN age SET NOT NULL;

ALTER TABLE users ADD COLUMN email varchar(40);

UPDATE users SET email = 'nobody@example.com';

ALTER TABLE users ALTER COLUMN email SET NOT NULL;
