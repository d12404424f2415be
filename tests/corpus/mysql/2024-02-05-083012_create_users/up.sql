-- People who use the shop; buyers and sellers alike
# a comment in the other style; with a semicolon
CREATE TABLE `users` (
    `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    `email` VARCHAR(190) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    `name` VARCHAR(120) NOT NULL DEFAULT 'it''s nobody; yet' COMMENT 'shown; everywhere',
    `role` ENUM('buyer', 'seller', 'both; or neither') NOT NULL DEFAULT 'buyer',
    `flags` SET('news', 'beta', 'staff') NOT NULL DEFAULT '',
    `created_at` DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    `updated_at` TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (`id`),
    UNIQUE KEY `users_email_unique` (`email`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='people; "customers"';
