-- index orders by status and date
--
-- Version: 202602021603180000
-- Revises: 202601150800420000
-- Created: 2026-02-02 16:03:18 UTC

CREATE INDEX orders_status_placed_at ON orders (status, placed_at);
