COMMENT ON POLICY own_orders ON market.orders IS NULL;
COMMENT ON TRIGGER users_touch ON public.users IS NULL;
COMMENT ON TYPE market.order_status IS NULL;
COMMENT ON CONSTRAINT users_email_key ON public.users IS NULL;
COMMENT ON FUNCTION market.search(text, bigint[]) IS NULL;
COMMENT ON INDEX market.products_tags_idx IS NULL;
COMMENT ON COLUMN market.orders.total IS NULL;
