CREATE TEMPORARY TABLE import (line integer, raw text) ON COMMIT DROP;
INSERT INTO import VALUES (1, 'X-1;Extra; with a semicolon'), (2, 'X-2;Other');
CREATE TEMP TABLE parsed ON COMMIT DROP AS
    SELECT line, split_part(raw, ';', 1) AS sku, substr(raw, strpos(raw, ';') + 1) AS title FROM import;
INSERT INTO market.products (shop_id, sku, title)
SELECT s.id, p.sku, p.title FROM parsed p, market.shops s WHERE s.slug = 'ada-s-engines';
DROP TABLE import;
