CREATE FUNCTION market.price_add(a market.price, b market.price) RETURNS market.price LANGUAGE sql IMMUTABLE AS
    $$ SELECT ROW((a).amount::bigint + (b).amount::bigint, coalesce((a).currency, (b).currency))::market.price $$;
CREATE OPERATOR market.+ (LEFTARG = market.price, RIGHTARG = market.price, FUNCTION = market.price_add, COMMUTATOR = OPERATOR(market.+));
CREATE AGGREGATE market.total(market.price) (SFUNC = market.price_add, STYPE = market.price, INITCOND = '(0,EUR)');
CREATE FUNCTION market.to_numeric(market.price) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT (($1).amount::bigint / 100.0)::numeric';
CREATE CAST (market.price AS numeric) WITH FUNCTION market.to_numeric(market.price) AS ASSIGNMENT;
SELECT ('(100,EUR)'::market.price OPERATOR(market.+) '(5,EUR)')::numeric, market.total(p) FROM (VALUES ('(1,EUR)'::market.price)) AS v (p);
