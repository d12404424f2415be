CREATE FUNCTION market.order_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft' AND NOT EXISTS (SELECT FROM market.order_lines l WHERE l.order_id = NEW.id) THEN
        RAISE EXCEPTION 'order % has no lines; add one', NEW.id USING ERRCODE = '23514', HINT = 'it''s empty';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orders_have_lines AFTER INSERT OR UPDATE ON market.orders
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION market.order_has_lines();
