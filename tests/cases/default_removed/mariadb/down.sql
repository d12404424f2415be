ALTER TABLE users MODIFY COLUMN seen timestamp NOT NULL DEFAULT current_timestamp();

ALTER TABLE users MODIFY COLUMN level varchar(20) DEFAULT 'low';

ALTER TABLE users MODIFY COLUMN age int NOT NULL DEFAULT 18;
