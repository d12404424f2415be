ALTER TABLE users ADD COLUMN level int NOT NULL DEFAULT 3;

ALTER TABLE users ADD COLUMN status text NOT NULL DEFAULT 'new';

ALTER TABLE users ADD COLUMN email varchar(50);

-- the data are lost: every row gets a placeholder
UPDATE users SET email = '0';

ALTER TABLE users MODIFY COLUMN email varchar(50) NOT NULL;
