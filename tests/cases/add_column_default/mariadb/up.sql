ALTER TABLE users ADD COLUMN status varchar(20) NOT NULL DEFAULT 'new';

ALTER TABLE users ADD COLUMN active tinyint(1) NOT NULL DEFAULT 1;

ALTER TABLE users ADD COLUMN visits bigint NOT NULL DEFAULT 0;

ALTER TABLE users ADD COLUMN created_at timestamp NOT NULL DEFAULT current_timestamp();
