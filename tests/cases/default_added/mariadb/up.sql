ALTER TABLE users
    MODIFY COLUMN age int NOT NULL DEFAULT 18,
    MODIFY COLUMN level varchar(20) NOT NULL DEFAULT 'it''s new',
    MODIFY COLUMN seen timestamp NULL DEFAULT current_timestamp();
