DROP FUNCTION market.split_name(text);
DROP FUNCTION market.search(text, bigint[]);
DROP FUNCTION market.product_title(market.products);
