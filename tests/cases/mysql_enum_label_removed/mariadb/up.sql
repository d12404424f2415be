ALTER TABLE people MODIFY COLUMN mood enum('sad','happy') NOT NULL DEFAULT 'sad';
