RENAME TABLE users TO people;

ALTER TABLE people RENAME COLUMN name TO full_name;

ALTER TABLE people ADD COLUMN age int;
