DROP POLICY change_drafts ON market.orders;
DROP POLICY own_orders ON market.orders;
ALTER TABLE market.orders DISABLE ROW LEVEL SECURITY;
