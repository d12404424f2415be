CREATE TABLE orders (
    id BLOB PRIMARY KEY,
    buyer_id INTEGER NOT NULL REFERENCES users,
    status TEXT NOT NULL DEFAULT 'draft',
    placed_at TEXT,
    total INTEGER,
    "end" TEXT
);
CREATE TABLE "order_lines" (
    order_id BLOB NOT NULL REFERENCES orders ON DELETE CASCADE,
    line INTEGER NOT NULL,
    shop_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0),
    PRIMARY KEY (order_id, line),
    FOREIGN KEY (shop_id, sku) REFERENCES products (shop_id, sku) ON UPDATE CASCADE
);
CREATE INDEX orders_open ON orders (buyer_id, placed_at) WHERE status <> 'closed';
