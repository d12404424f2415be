DO $do$
DECLARE
    operator_class text := 'gin_trgm_ops';
BEGIN
    IF EXISTS (SELECT 1 FROM pg_opclass WHERE opcname = operator_class) THEN
        EXECUTE format($fmt$CREATE INDEX products_title_trgm_idx ON market.products USING gin (title %s)$fmt$, operator_class);
    ELSE
        EXECUTE 'CREATE INDEX products_title_trgm_idx ON market.products (title)';
    END IF;
END;
$do$;
