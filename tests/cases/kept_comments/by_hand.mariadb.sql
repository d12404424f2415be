ALTER TABLE users COMMENT = 'People, and what''s known of them', MODIFY age int NOT NULL DEFAULT 3 COMMENT 'in years';
