ALTER TABLE people MODIFY COLUMN mood enum('sad','ok','happy') NOT NULL DEFAULT 'ok';
