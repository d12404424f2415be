CREATE TABLE market.reviews (
    shop_id bigint NOT NULL,
    sku text NOT NULL,
    user_id bigint NOT NULL REFERENCES public.users,
    stars smallint NOT NULL,
    body text,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shop_id, sku, user_id),
    FOREIGN KEY (shop_id, sku) REFERENCES market.products ON DELETE CASCADE,
    CONSTRAINT reviews_stars CHECK (stars BETWEEN 1 AND 5)
);
INSERT INTO market.reviews (shop_id, sku, user_id, stars, body)
SELECT p.shop_id, p.sku, u.id, 5, $r$"Great"; it's $$cheap$$ $r$ FROM market.products p, public.users u WHERE p.sku = 'E-1' AND u.role = 'buyer'
ON CONFLICT (shop_id, sku, user_id) DO UPDATE SET stars = greatest(reviews.stars, excluded.stars) WHERE reviews.body IS NULL
RETURNING stars;
CREATE INDEX reviews_recent_idx ON market.reviews (shop_id, (at AT TIME ZONE 'UTC') DESC);
CREATE INDEX reviews_hash_idx ON market.reviews USING hash (body);
