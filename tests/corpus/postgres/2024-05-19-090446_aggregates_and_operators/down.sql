DROP CAST (market.price AS numeric);
DROP FUNCTION market.to_numeric(market.price);
DROP AGGREGATE market.total(market.price);
DROP OPERATOR market.+ (market.price, market.price);
DROP FUNCTION market.price_add(market.price, market.price);
