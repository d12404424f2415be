ALTER TABLE users MODIFY COLUMN seen timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp();
