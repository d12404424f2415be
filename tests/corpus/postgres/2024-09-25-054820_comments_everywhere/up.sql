COMMENT ON COLUMN market.orders.total IS 'In cents; "gross", it''s computed -- see refresh_totals /* really */';
COMMENT ON INDEX market.products_tags_idx IS E'gin; line one\nline \'two\'';
COMMENT ON FUNCTION market.search(text, bigint[]) IS $$Finds products; $1 is the term$$;
COMMENT ON CONSTRAINT users_email_key ON public.users IS 'one; each';
COMMENT ON TYPE market.order_status IS 'draft; placed; …';
COMMENT ON TRIGGER users_touch ON public.users IS U&'clock \2014 tick; tock';
COMMENT ON POLICY own_orders ON market.orders IS 'mine;';
