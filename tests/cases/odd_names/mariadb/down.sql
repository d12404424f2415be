ALTER TABLE `order` DROP CONSTRAINT `a check`;

DROP INDEX order_group_idx ON `order`;

-- it may not be null here: nulls become a placeholder
UPDATE `order` SET `back``tick` = '0' WHERE `back``tick` IS NULL;

ALTER TABLE `order` MODIFY COLUMN `back``tick` varchar(20) NOT NULL;

ALTER TABLE `order` RENAME COLUMN `that's` TO `it's`;
