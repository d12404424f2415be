CREATE TABLE orders (
    id BINARY(16) NOT NULL PRIMARY KEY,
    buyer_id BIGINT UNSIGNED NOT NULL,
    status ENUM('draft', 'placed', 'shiped', 'closed') NOT NULL DEFAULT 'draft',
    placed_at DATETIME NULL,
    total DECIMAL(12, 2) NULL,
    KEY (buyer_id, placed_at),
    FOREIGN KEY (buyer_id) REFERENCES users (id)
);
CREATE TABLE order_lines (
    order_id BINARY(16) NOT NULL,
    line SMALLINT NOT NULL,
    shop_id BIGINT UNSIGNED NOT NULL,
    sku VARCHAR(40) NOT NULL,
    quantity INT NOT NULL DEFAULT 1,
    price DECIMAL(10, 2) NOT NULL,
    PRIMARY KEY (order_id, line),
    KEY order_lines_product (shop_id, sku),
    CONSTRAINT order_lines_order_fk FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT order_lines_product_fk FOREIGN KEY (shop_id, sku) REFERENCES products (shop_id, sku) ON UPDATE CASCADE,
    CONSTRAINT order_lines_quantity CHECK (quantity > 0)
);
