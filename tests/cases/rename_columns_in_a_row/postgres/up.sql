ALTER TABLE users RENAME COLUMN first TO middle;

ALTER TABLE users RENAME COLUMN last TO first;
