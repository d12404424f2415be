WITH shop AS (
    SELECT id FROM market.shops WHERE slug = 'ada-s-engines'
), stock (sku, title, price) AS (
    VALUES ('E-1', 'Engine; "small"', 100000), ('E-2', 'Engine (large)', 900000), ('P-1', 'Punched card', 5)
)
INSERT INTO market.products (shop_id, sku, category_id, title, price, tags, attributes, weight)
SELECT shop.id, stock.sku, 2, stock.title, stock.price, ARRAY['engine', 'it''s'],
       jsonb_build_object('length', 3.5, 'tags', jsonb_build_array('x;y', NULL, true)),
       market.weight_range(1, 2.5, '[]')
FROM shop CROSS JOIN stock;
UPDATE market.products SET attributes = attributes || '{"path": "a\\b;c"}' #- '{tags,1}' WHERE sku LIKE 'E-%';
