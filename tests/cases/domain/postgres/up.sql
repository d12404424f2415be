ALTER TABLE users ADD COLUMN other email;

ALTER TABLE users ALTER COLUMN email TYPE email USING email::email;
