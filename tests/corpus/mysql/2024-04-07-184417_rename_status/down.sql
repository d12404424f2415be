ALTER TABLE orders MODIFY COLUMN status ENUM('draft', 'placed', 'shiped', 'shipped', 'closed') NOT NULL DEFAULT 'draft';
UPDATE orders SET status = 'shiped' WHERE status = 'shipped';
ALTER TABLE orders MODIFY COLUMN status ENUM('draft', 'placed', 'shiped', 'closed') NOT NULL DEFAULT 'draft';
