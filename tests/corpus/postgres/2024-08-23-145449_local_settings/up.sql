SET LOCAL lock_timeout = '5s';
SET LOCAL "statement_timeout" TO 0;
SET LOCAL search_path = public;
ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en;US';
RESET statement_timeout;
