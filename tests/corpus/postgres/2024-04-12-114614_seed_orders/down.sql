DELETE FROM market.orders;
