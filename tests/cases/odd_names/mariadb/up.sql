ALTER TABLE `order` RENAME COLUMN `it's` TO `that's`;

ALTER TABLE `order` MODIFY COLUMN `back``tick` varchar(20);

CREATE INDEX order_group_idx ON `order` (`group`);

ALTER TABLE `order` ADD CONSTRAINT `a check` CHECK (octet_length('x') = 1);
