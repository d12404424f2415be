CREATE TABLE audit.counters (relation text PRIMARY KEY, inserted bigint NOT NULL DEFAULT 0);
CREATE FUNCTION audit.count_rows() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
    INSERT INTO audit.counters AS c VALUES (TG_TABLE_NAME, (SELECT count(*) FROM new_rows))
        ON CONFLICT (relation) DO UPDATE SET inserted = c.inserted + excluded.inserted;
    RETURN NULL; -- ''ignored'';
END';
CREATE TRIGGER orders_count AFTER INSERT ON market.orders
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit.count_rows();
