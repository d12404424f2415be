CREATE TABLE market.orders (
    id uuid PRIMARY KEY,
    buyer_id bigint NOT NULL REFERENCES public.users,
    status market.order_status NOT NULL DEFAULT 'draft',
    placed_at timestamp with time zone,
    total market.cents,
    note text
);
CREATE TABLE market.order_lines (
    order_id uuid NOT NULL REFERENCES market.orders ON DELETE CASCADE,
    line smallint NOT NULL,
    shop_id bigint NOT NULL,
    sku text NOT NULL,
    quantity integer NOT NULL DEFAULT 1 CHECK (quantity > 0),
    price market.cents NOT NULL,
    CONSTRAINT order_lines_pk PRIMARY KEY (order_id, line) INCLUDE (quantity),
    CONSTRAINT order_lines_product_fk FOREIGN KEY (shop_id, sku)
        REFERENCES market.products (shop_id, sku) MATCH FULL ON UPDATE CASCADE DEFERRABLE
);
CREATE INDEX orders_open_idx ON market.orders (buyer_id, placed_at) INCLUDE (total) WHERE status <> 'closed';
