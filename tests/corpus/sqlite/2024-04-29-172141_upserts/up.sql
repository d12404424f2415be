CREATE TABLE "counters" (name TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
INSERT INTO counters VALUES ('orders', 1), ('it''s; odd', 1) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n WHERE n < 10;
INSERT INTO counters VALUES ('orders', 1) ON CONFLICT DO NOTHING;
INSERT OR REPLACE INTO counters SELECT 'users', count(*) FROM users;
UPDATE counters SET n = o.n FROM (SELECT count(*) AS n FROM orders) AS o WHERE name = 'orders';
DELETE FROM counters WHERE name LIKE 'it%' RETURNING name;
