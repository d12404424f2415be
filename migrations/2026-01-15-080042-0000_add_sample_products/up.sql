-- add sample products
--
-- Version: 202601150800420000
-- Revises: 202601131412070000
-- Created: 2026-01-15 08:00:42 UTC

INSERT INTO products (sku, name, category, price) VALUES
    ('mug-blue', 'Blue mug', 'kitchen', 12.50),
    ('mug-red', 'Red mug', 'kitchen', 12.50),
    ('notebook-a5', 'Notebook, A5', 'paper', 7.90);
