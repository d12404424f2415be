ALTER TABLE market.shops DROP COLUMN updated_at CASCADE;
DROP TRIGGER shops_touch ON market.shops;
