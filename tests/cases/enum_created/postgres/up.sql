CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');

ALTER TABLE people ADD COLUMN mood mood NOT NULL DEFAULT 'ok';
