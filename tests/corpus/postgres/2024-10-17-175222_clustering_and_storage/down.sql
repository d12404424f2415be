ALTER TABLE public.sessions_rest SET LOGGED;
ALTER TABLE market.products SET WITHOUT CLUSTER;
ALTER TABLE market.products RESET (autovacuum_vacuum_scale_factor, toast.autovacuum_enabled);
ALTER TABLE market.products ALTER COLUMN description SET STORAGE EXTENDED;
