CREATE PROCEDURE count_up(IN upto INT, INOUT total INT)
BEGIN
    DECLARE i INT DEFAULT 0;
    WHILE i < upto DO
        SET i = i + 1;
        DO SLEEP(0);
        SET total = total + IF(i % 2 = 0, i, 0);
    END WHILE;
    REPEAT
        SET i = i - 1;
        BEGIN
            DECLARE inner_i INT DEFAULT i; -- shadowed; on purpose
            SET total = total + inner_i;
        END;
    UNTIL i <= 0 END REPEAT;
    CASE
        WHEN total > 100 THEN SET total = 100;
        WHEN total < 0 THEN BEGIN SET total = 0; END;
        ELSE IF total = 7 THEN SET total = 8; END IF;
    END CASE;
END;
SET @total = 0;
CALL count_up(5, @total);
