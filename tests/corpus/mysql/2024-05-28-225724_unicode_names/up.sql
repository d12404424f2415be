CREATE TABLE `größe; 名前` (
    `schlüssel` INT NOT NULL PRIMARY KEY,
    wert VARCHAR(50) NOT NULL DEFAULT 'naïve; 🐬'
) DEFAULT CHARSET=utf8mb4;
INSERT INTO `größe; 名前` (`schlüssel`) VALUES (1);
CREATE TRIGGER `größe_trigger` BEFORE UPDATE ON `größe; 名前` FOR EACH ROW
BEGIN
    SET NEW.wert = CONCAT(OLD.wert, ';');
    SET @n = 1;
END;
