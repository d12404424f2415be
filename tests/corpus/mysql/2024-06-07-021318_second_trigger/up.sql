CREATE TRIGGER products_insert_count AFTER INSERT ON products FOR EACH ROW FOLLOWS products_insert
    IF NEW.price > 0 THEN
        INSERT INTO counters (name, n) VALUES ('products', 1) ON DUPLICATE KEY UPDATE n = n + 1;
        SET @counted = TRUE;
    END IF;
CREATE TRIGGER products_insert_first AFTER INSERT ON products FOR EACH ROW PRECEDES products_insert SET @first = NEW.sku;
INSERT INTO products (shop_id, sku, title, price) SELECT id, 'X-1', 'Extra; large', 1 FROM shops;
