DROP TRIGGER orders_count ON market.orders;
DROP FUNCTION audit.count_rows();
DROP TABLE audit.counters;
