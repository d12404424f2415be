ALTER TABLE users ALTER COLUMN age TYPE numeric(8,2);
