ALTER TABLE users
    MODIFY COLUMN seen timestamp NOT NULL DEFAULT current_timestamp(),
    MODIFY COLUMN level varchar(20) DEFAULT 'low',
    MODIFY COLUMN age int NOT NULL DEFAULT 18;
