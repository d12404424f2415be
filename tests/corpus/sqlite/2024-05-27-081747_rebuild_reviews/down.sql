PRAGMA defer_foreign_keys = ON;
CREATE TABLE reviews_old (
    shop_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE SET NULL,
    stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    body TEXT,
    UNIQUE (shop_id, sku, user_id),
    FOREIGN KEY (shop_id, sku) REFERENCES products ON DELETE CASCADE
) STRICT;
INSERT INTO reviews_old SELECT shop_id, sku, user_id, max(1, stars / 2), body FROM reviews;
DROP TABLE reviews;
ALTER TABLE reviews_old RENAME TO reviews;
CREATE TRIGGER reviews_limit BEFORE INSERT ON reviews
WHEN (SELECT count(*) FROM reviews WHERE user_id = NEW.user_id) >= 100
BEGIN SELECT raise(FAIL, 'enough; thanks'); END;
