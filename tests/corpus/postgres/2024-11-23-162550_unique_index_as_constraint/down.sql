ALTER TABLE market.shops REPLICA IDENTITY DEFAULT;
ALTER TABLE market.shops DROP CONSTRAINT shops_owner_title_key;
