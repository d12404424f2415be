CREATE TABLE market.products (
    shop_id bigint NOT NULL,
    sku text NOT NULL,
    category_id integer,
    title text NOT NULL,
    description text,
    price market.cents NOT NULL DEFAULT 0,
    vat numeric(4, 2) NOT NULL DEFAULT 19.00,
    gross numeric GENERATED ALWAYS AS (round(price::bigint * (1 + vat / 100), 0)) STORED,
    tags text[] NOT NULL DEFAULT '{}',
    attributes jsonb,
    weight market.weight_range,
    PRIMARY KEY (shop_id, sku),
    FOREIGN KEY (shop_id) REFERENCES market.shops (id) ON DELETE CASCADE,
    CONSTRAINT products_category_fk FOREIGN KEY (category_id) REFERENCES market.categories (id) ON DELETE SET NULL
) WITH (fillfactor = 80);
CREATE INDEX products_tags_idx ON market.products USING gin (tags);
CREATE INDEX products_title_idx ON market.products (lower(title) text_pattern_ops DESC NULLS LAST) WHERE price::bigint > 0;
