DROP TABLE market.shops;
