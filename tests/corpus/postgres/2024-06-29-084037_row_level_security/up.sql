ALTER TABLE market.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON market.orders FOR SELECT TO PUBLIC
    USING (buyer_id = nullif(current_setting('app.user; id', true), '')::bigint);
CREATE POLICY change_drafts ON market.orders AS RESTRICTIVE FOR UPDATE
    USING (status = 'draft') WITH CHECK (status IN ('draft', 'placed'));
ALTER TABLE market.orders FORCE ROW LEVEL SECURITY;
ALTER TABLE market.orders NO FORCE ROW LEVEL SECURITY;
