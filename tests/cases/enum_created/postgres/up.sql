CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');

ALTER TABLE people ADD COLUMN mood mood DEFAULT 'ok'::mood NOT NULL;
