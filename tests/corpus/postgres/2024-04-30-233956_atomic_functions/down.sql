DROP FUNCTION market.shop_turnover(bigint);
