CREATE TABLE "reviews" (
    shop_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE SET NULL,
    stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    body TEXT,
    UNIQUE (shop_id, sku, user_id),
    FOREIGN KEY (shop_id, sku) REFERENCES products ON DELETE CASCADE
) STRICT;
INSERT INTO reviews SELECT shop_id, sku, u.id, 5, 'Great; "really"' FROM products, users u WHERE sku = 'E-1';
CREATE TRIGGER reviews_limit BEFORE INSERT ON reviews
WHEN (SELECT count(*) FROM reviews WHERE user_id = NEW.user_id) >= 100
BEGIN SELECT raise(FAIL, 'enough; thanks'); END;
