DROP TRIGGER orders_have_lines ON market.orders;
DROP FUNCTION market.order_has_lines;
