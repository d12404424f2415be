CREATE TEXT SEARCH DICTIONARY market.plain (TEMPLATE = pg_catalog.simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION market.catalogue (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION market.catalogue ALTER MAPPING FOR asciiword, word WITH market.plain, english_stem;
ALTER TABLE market.products ADD COLUMN search tsvector
    GENERATED ALWAYS AS (setweight(to_tsvector('market.catalogue', coalesce(title, '')), 'A') ||
                         setweight(to_tsvector('market.catalogue', coalesce(description, '')), 'B')) STORED;
CREATE INDEX products_search_idx ON market.products USING gin (search) WITH (fastupdate = off);
SELECT sku FROM market.products WHERE search @@ to_tsquery('market.catalogue', 'engine & !card');
