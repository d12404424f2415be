-- A check cannot be added to a table that is there: it is built anew.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE reviews_new (
    id INTEGER PRIMARY KEY,
    shop_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    stars INTEGER NOT NULL CHECK (stars BETWEEN 0 AND 10),
    body TEXT CHECK (length(body) < 10000),
    UNIQUE (shop_id, sku, user_id),
    FOREIGN KEY (shop_id, sku) REFERENCES products ON DELETE CASCADE
) STRICT;
INSERT INTO reviews_new (shop_id, sku, user_id, stars, body) SELECT shop_id, sku, user_id, stars * 2, body FROM reviews;
DROP TABLE reviews;
ALTER TABLE reviews_new RENAME TO reviews;
CREATE TRIGGER reviews_limit BEFORE INSERT ON reviews
WHEN (SELECT count(*) FROM reviews WHERE user_id = NEW.user_id) >= 100
BEGIN SELECT raise(FAIL, 'enough; thanks'); END;
