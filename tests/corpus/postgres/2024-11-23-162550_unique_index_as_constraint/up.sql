CREATE UNIQUE INDEX shops_owner_title_idx ON market.shops (owner_id, title);
ALTER TABLE market.shops ADD CONSTRAINT shops_owner_title_key UNIQUE USING INDEX shops_owner_title_idx;
ALTER TABLE market.shops REPLICA IDENTITY FULL;
