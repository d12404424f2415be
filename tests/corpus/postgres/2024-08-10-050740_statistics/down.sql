ALTER TABLE market.products ALTER COLUMN title RESET (n_distinct);
ALTER TABLE market.products ALTER COLUMN category_id SET STATISTICS -1;
DROP STATISTICS market.products_shop_category;
