CREATE TEMP TABLE import (line INTEGER, raw TEXT);
CREATE TEMP TRIGGER import_trim AFTER INSERT ON import BEGIN
    UPDATE import SET raw = trim(raw) WHERE rowid = NEW.rowid;
    SELECT 1;
END;
INSERT INTO import VALUES (1, ' X-1;Extra '), (2, 'X-2;Other');
INSERT INTO products (shop_id, sku, title) SELECT s.id, substr(raw, 1, instr(raw, ';') - 1), substr(raw, instr(raw, ';') + 1) FROM import, shops s;
DROP TABLE temp.import;
