CREATE UNIQUE INDEX orders_one_draft ON orders (buyer_id) WHERE status = 'draft' AND finished_at IS NULL;
CREATE INDEX IF NOT EXISTS orders_month ON orders (substr(placed_at, 1, 7), status COLLATE NOCASE);
REINDEX orders;
