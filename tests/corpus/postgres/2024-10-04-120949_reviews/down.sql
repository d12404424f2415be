DROP TABLE market.reviews;
