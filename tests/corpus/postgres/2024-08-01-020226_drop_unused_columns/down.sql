ALTER TABLE market.shops ADD COLUMN updated_at timestamptz;
CREATE TRIGGER shops_touch BEFORE UPDATE OF title, settings ON market.shops
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION public.touch_updated_at();
