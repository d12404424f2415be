ALTER TABLE shops ADD COLUMN updated_at TEXT;
CREATE TRIGGER shops_touch AFTER UPDATE OF title, settings ON shops FOR EACH ROW WHEN OLD.title <> NEW.title
BEGIN
    UPDATE shops SET updated_at = datetime('now') WHERE id = NEW.id; -- END;
END;
