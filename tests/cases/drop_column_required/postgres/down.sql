ALTER TABLE users ADD COLUMN level integer NOT NULL DEFAULT 3;

ALTER TABLE users ADD COLUMN status text NOT NULL DEFAULT 'new';

ALTER TABLE users ADD COLUMN email varchar(50);

-- the data are lost: every row gets a placeholder
UPDATE users SET email = '1';

ALTER TABLE users ALTER COLUMN email SET NOT NULL;
