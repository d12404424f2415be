CREATE TABLE counters (name VARCHAR(40) NOT NULL PRIMARY KEY, n BIGINT NOT NULL DEFAULT 0);
INSERT INTO counters (name, n) VALUES ('orders', 1), ('it''s; odd', 1)
    ON DUPLICATE KEY UPDATE n = n + VALUES(n);
INSERT IGNORE INTO counters (name) VALUES ('orders');
REPLACE INTO counters VALUES ('users', (SELECT COUNT(*) FROM users));
UPDATE counters c, (SELECT COUNT(*) AS n FROM orders) o SET c.n = o.n WHERE c.name = 'orders';
DELETE c FROM counters c LEFT JOIN users u ON u.name = CONVERT(c.name USING utf8mb4) COLLATE utf8mb4_unicode_ci WHERE c.name LIKE 'it%' AND u.id IS NULL;
