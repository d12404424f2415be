/*!40101 SET @saved_mode = @@SQL_MODE */;
/*!40101 SET SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO' */;
CREATE TABLE literals (
    id INT NOT NULL PRIMARY KEY,
    value TEXT /*!50000 COMMENT 'any; thing' */
) /*!40100 DEFAULT CHARACTER SET utf8mb4 */;
/*!50003 CREATE TRIGGER literals_insert BEFORE INSERT ON literals FOR EACH ROW BEGIN
    SET @seen = COALESCE(@seen, 0) + 1;
    SET NEW.value = CONCAT(NEW.value, '');
END */;
SET SQL_MODE = @saved_mode;
