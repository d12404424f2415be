DROP TABLE market.categories;
