DROP TRIGGER reviews_refresh ON market.reviews;
DROP FUNCTION market.refresh_ratings();
DROP MATERIALIZED VIEW market.ratings;
