DROP TABLE market.products;
