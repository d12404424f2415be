ALTER TABLE market.products ALTER COLUMN description SET STORAGE EXTERNAL;
ALTER TABLE market.products SET (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_enabled = false);
ALTER TABLE market.products CLUSTER ON products_pkey;
CLUSTER market.products;
ALTER TABLE public.sessions_rest SET UNLOGGED;
