CREATE TABLE audit_entries (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    what VARCHAR(20) NOT NULL,
    before_json JSON NULL,
    after_json JSON NULL
);
CREATE TRIGGER products_insert AFTER INSERT ON products FOR EACH ROW
BEGIN
    -- a comment; END;
    INSERT INTO audit_entries (what, after_json) VALUES ('insert;', JSON_OBJECT('sku', NEW.sku));
END;
CREATE TRIGGER products_update AFTER UPDATE ON products FOR EACH ROW
BEGIN
    DECLARE note VARCHAR(100) DEFAULT 'no;';
    IF NEW.price <> OLD.price THEN
        SET note = IF(NEW.price > OLD.price, 'up;', 'down;');
    ELSEIF NEW.title <> OLD.title THEN
        SET note = 'title';
    ELSE
        CASE NEW.category_id
            WHEN 1 THEN SET note = 'root';
            ELSE BEGIN END;
        END CASE;
    END IF;
    INSERT INTO audit_entries (what, before_json, after_json)
        VALUES (note, JSON_OBJECT('price', OLD.price), JSON_OBJECT('price', NEW.price));
END;
UPDATE products SET price = price + 1 WHERE sku = 'E-1';
