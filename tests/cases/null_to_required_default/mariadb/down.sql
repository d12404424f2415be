ALTER TABLE users
    MODIFY COLUMN level varchar(20),
    MODIFY COLUMN age int;
