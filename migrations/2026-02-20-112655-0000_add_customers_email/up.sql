-- add customers.email
--
-- Version: 202602201126550000
-- Revises: 202602021603180000
-- Created: 2026-02-20 11:26:55 UTC

ALTER TABLE customers ADD COLUMN email VARCHAR(254);
