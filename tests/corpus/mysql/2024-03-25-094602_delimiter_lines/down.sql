DROP FUNCTION shop_name; DROP PROCEDURE archive_orders;
