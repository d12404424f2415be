ALTER TABLE products DROP COLUMN length;
