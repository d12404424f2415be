DROP TRIGGER products_update;
DROP TRIGGER products_insert;
DROP TABLE audit_entries;
