CREATE TABLE products (
    shop_id BIGINT UNSIGNED NOT NULL,
    sku VARCHAR(40) NOT NULL,
    category_id INT NULL,
    title VARCHAR(255) NOT NULL,
    description TEXT,
    price DECIMAL(10, 2) NOT NULL DEFAULT 0.00,
    vat DECIMAL(4, 2) NOT NULL DEFAULT 19.00,
    gross DECIMAL(12, 2) GENERATED ALWAYS AS (ROUND(price * (1 + vat / 100), 2)) STORED,
    label VARCHAR(300) AS (CONCAT(sku, '; ', title)) VIRTUAL,
    attributes JSON,
    PRIMARY KEY (shop_id, sku),
    KEY products_title_idx (title(20), price DESC),
    FULLTEXT KEY products_text (title, description),
    CONSTRAINT products_shop_fk FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE,
    CONSTRAINT products_category_fk FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE SET NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
