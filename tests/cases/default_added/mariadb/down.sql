ALTER TABLE users
    MODIFY COLUMN seen timestamp NULL,
    MODIFY COLUMN level varchar(20) NOT NULL,
    MODIFY COLUMN age int NOT NULL;
