CREATE TYPE market.postal_address AS (
    street text,
    city text COLLATE "C",
    postcode varchar(12),
    country char(2)
);
CREATE TYPE market.price AS (amount market.cents, currency market.currency);
CREATE TYPE market.weight_range AS RANGE (subtype = numeric);
