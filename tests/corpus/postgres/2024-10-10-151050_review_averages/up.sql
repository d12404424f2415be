CREATE MATERIALIZED VIEW market.ratings (shop_id, sku, stars, histogram) AS
    SELECT shop_id, sku, avg(stars)::numeric(3, 2),
           array_agg(stars ORDER BY stars) FILTER (WHERE stars IS NOT NULL)
    FROM market.reviews GROUP BY shop_id, sku;
CREATE UNIQUE INDEX ratings_key ON market.ratings (shop_id, sku);
CREATE FUNCTION market.refresh_ratings() RETURNS trigger LANGUAGE plpgsql AS
$BODY$BEGIN REFRESH MATERIALIZED VIEW CONCURRENTLY market.ratings; RETURN NULL; END$BODY$;
CREATE TRIGGER reviews_refresh AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON market.reviews
    FOR EACH STATEMENT EXECUTE FUNCTION market.refresh_ratings();
