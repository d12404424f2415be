ALTER TABLE users MODIFY COLUMN level varchar(20);

ALTER TABLE users MODIFY COLUMN age int;
