-- Written for the client, with its own terminator.
DELIMITER $$
CREATE PROCEDURE archive_orders(IN cutoff DATE)
BEGIN
    DELETE FROM orders WHERE placed_at < cutoff AND status = 'closed';
    SELECT ROW_COUNT() AS '$$ archived;';
END$$
CREATE FUNCTION shop_name(shop BIGINT UNSIGNED) RETURNS VARCHAR(255) READS SQL DATA
BEGIN
    DECLARE answer VARCHAR(255);
    SELECT title INTO answer FROM shops WHERE id = shop;
    RETURN answer;
END $$
DELIMITER ;
SELECT shop_name(1);
