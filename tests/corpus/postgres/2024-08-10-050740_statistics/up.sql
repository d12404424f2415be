CREATE STATISTICS market.products_shop_category (ndistinct, dependencies, mcv) ON shop_id, category_id FROM market.products;
ALTER TABLE market.products ALTER COLUMN category_id SET STATISTICS 500;
ALTER TABLE market.products ALTER COLUMN title SET (n_distinct = -0.9);
ANALYZE market.products;
