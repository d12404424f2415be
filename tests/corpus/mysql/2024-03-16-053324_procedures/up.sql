CREATE PROCEDURE refresh_totals(OUT changed INT)
    MODIFIES SQL DATA SQL SECURITY INVOKER
main: BEGIN
    DECLARE done BOOLEAN DEFAULT FALSE;
    DECLARE current BINARY(16);
    DECLARE c CURSOR FOR SELECT id FROM orders FOR UPDATE;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION, SQLSTATE '23000'
    BEGIN
        GET DIAGNOSTICS CONDITION 1 @message = MESSAGE_TEXT;
        RESIGNAL;
    END;
    SET changed = 0;
    OPEN c;
    rows_loop: LOOP
        FETCH c INTO current;
        IF done THEN
            LEAVE rows_loop;
        END IF;
        UPDATE orders o SET total = (SELECT SUM(quantity * price) FROM order_lines WHERE order_id = o.id) WHERE o.id = current;
        SET changed = changed + 1;
        IF changed > 1000 THEN ITERATE rows_loop; END IF;
    END LOOP rows_loop;
    CLOSE c;
    IF changed = 0 THEN LEAVE main; END IF;
END main;
CALL refresh_totals(@changed);
SELECT @changed;
