ALTER TABLE users
    ADD COLUMN locale CHAR(5) NOT NULL DEFAULT 'en;US' AFTER name,
    ADD COLUMN first_name VARCHAR(60) NULL,
    ADD INDEX users_locale_idx (locale, created_at);
UPDATE users SET first_name = SUBSTRING_INDEX(name, ' ', 1);
ALTER TABLE users CHANGE COLUMN first_name given_name VARCHAR(80) NULL;
