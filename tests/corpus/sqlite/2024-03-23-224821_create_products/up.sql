CREATE TABLE products (
    shop_id INTEGER NOT NULL REFERENCES shops ON DELETE CASCADE,
    sku TEXT NOT NULL,
    title TEXT NOT NULL,
    price INTEGER NOT NULL DEFAULT 0,
    vat INTEGER NOT NULL DEFAULT 19,
    gross INTEGER GENERATED ALWAYS AS (price + price * vat / 100) STORED,
    label TEXT AS (sku || '; ' || title) VIRTUAL,
    attributes TEXT,
    PRIMARY KEY (shop_id, sku)
) STRICT, WITHOUT ROWID;
CREATE INDEX products_title ON products (lower(title) DESC, price) WHERE price > 0;
CREATE UNIQUE INDEX products_label ON products (label COLLATE NOCASE);
