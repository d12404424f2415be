ALTER TABLE users
    MODIFY COLUMN age int NOT NULL,
    MODIFY COLUMN level varchar(20),
    MODIFY COLUMN seen timestamp NOT NULL;
