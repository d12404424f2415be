-- create customers
--
-- Version: 202601120915000000
-- Revises: none
-- Created: 2026-01-12 09:15:00 UTC

CREATE TABLE customers (
    id INTEGER NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
