-- Leaves the path changed: whoever runs this has to put it back.
SET search_path TO market, public;
CREATE TABLE wishlists (
    user_id bigint REFERENCES users ON DELETE CASCADE,
    shop_id bigint,
    sku text,
    PRIMARY KEY (user_id, shop_id, sku),
    FOREIGN KEY (shop_id, sku) REFERENCES products ON DELETE CASCADE
);
CREATE INDEX ON wishlists (shop_id, sku);
