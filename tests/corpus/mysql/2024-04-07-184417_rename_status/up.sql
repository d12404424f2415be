ALTER TABLE orders MODIFY COLUMN status ENUM('draft', 'placed', 'shiped', 'shipped', 'closed') NOT NULL DEFAULT 'draft';
UPDATE orders SET status = 'shipped' WHERE status = 'shiped';
ALTER TABLE orders MODIFY COLUMN status ENUM('draft', 'placed', 'shipped', 'closed') NOT NULL DEFAULT 'draft' COMMENT 'draft; placed; …';
