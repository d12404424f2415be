REINDEX INDEX CONCURRENTLY market.products_tags_idx;
VACUUM (ANALYZE) market.products;
VACUUM FREEZE public.users;
