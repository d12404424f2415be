CREATE TABLE shops (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    owner_id BIGINT UNSIGNED NOT NULL,
    slug VARCHAR(80) NOT NULL,
    title VARCHAR(255) NOT NULL,
    settings JSON NOT NULL,
    begin TIME NULL,
    end TIME NULL,
    UNIQUE KEY (slug),
    CONSTRAINT shops_owner_fk FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT shops_title_check CHECK (title <> '' AND title <> ';')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
