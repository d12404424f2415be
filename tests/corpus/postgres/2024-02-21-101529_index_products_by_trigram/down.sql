DROP INDEX market.products_title_trgm_idx;
