-- create products
--
-- Version: 202601120930000000
-- Revises: 202601120915000000
-- Created: 2026-01-12 09:30:00 UTC

CREATE TABLE products (
    sku VARCHAR(40) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    category VARCHAR(40) NOT NULL DEFAULT 'general',
    price NUMERIC(10, 2) NOT NULL,
    CONSTRAINT products_price_positive CHECK (price >= 0)
);
