DROP VIEW market.visible_notes;
DROP TABLE audit.notes_log;
DROP TABLE market.notes;
