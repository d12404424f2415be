-- create orders and their items
--
-- Version: 202601131412070000
-- Revises: 202601120930000000
-- Created: 2026-01-13 14:12:07 UTC

CREATE TABLE orders (
    id INTEGER NOT NULL PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    status VARCHAR(20) NOT NULL DEFAULT 'open',
    placed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
);

CREATE TABLE order_items (
    order_id INTEGER NOT NULL,
    product_sku VARCHAR(40) NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (order_id, product_sku),
    CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT order_items_product FOREIGN KEY (product_sku) REFERENCES products (sku)
);
