DROP FUNCTION market.close_old_orders(interval);
