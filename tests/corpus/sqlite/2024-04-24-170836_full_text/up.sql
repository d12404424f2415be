CREATE VIRTUAL TABLE product_search USING fts5(title, sku UNINDEXED, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO product_search (title, sku) SELECT title, sku FROM products;
CREATE TRIGGER products_search_insert AFTER INSERT ON products BEGIN
    INSERT INTO product_search (title, sku) VALUES (NEW.title, NEW.sku);
END;
CREATE TRIGGER products_search_delete AFTER DELETE ON products BEGIN
    DELETE FROM product_search WHERE sku = OLD.sku;
END;
SELECT sku, highlight(product_search, 0, '<b>;', '</b>') FROM product_search WHERE product_search MATCH 'engine OR "card blank"';
