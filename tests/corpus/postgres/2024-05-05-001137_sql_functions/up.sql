CREATE FUNCTION market.product_title(p market.products) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT p.sku || ': ' || p.title; $$;
CREATE FUNCTION market.search(term text, VARIADIC shops bigint[] DEFAULT '{}')
    RETURNS TABLE (sku text, title text)
    LANGUAGE sql STABLE ROWS 10 COST 5
AS $func$
    -- '$1' is the term; $$ is not the end
    SELECT p.sku, p.title FROM market.products p
    WHERE p.title ILIKE '%' || term || '%' AND (shops = '{}' OR p.shop_id = ANY (shops));
$func$;
CREATE OR REPLACE FUNCTION market.split_name(full_name text, OUT first text, OUT last text)
    AS 'SELECT split_part($1, '' '', 1), split_part($1, '' '', 2);' LANGUAGE SQL IMMUTABLE;
