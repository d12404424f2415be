DROP TRIGGER shops_touch;
ALTER TABLE shops DROP COLUMN updated_at;
