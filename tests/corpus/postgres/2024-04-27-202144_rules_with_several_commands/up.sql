CREATE TABLE market.notes (id serial PRIMARY KEY, body text NOT NULL, hidden boolean NOT NULL DEFAULT false);
CREATE TABLE audit.notes_log (note_id integer, what text, at timestamptz DEFAULT now());
CREATE VIEW market.visible_notes AS SELECT id, body FROM market.notes WHERE NOT hidden;
CREATE RULE visible_notes_insert AS ON INSERT TO market.visible_notes DO INSTEAD (
    INSERT INTO market.notes (body) VALUES (NEW.body);
    INSERT INTO audit.notes_log (note_id, what) VALUES (currval('market.notes_id_seq'), 'added; (by rule)')
);
CREATE RULE visible_notes_delete AS ON DELETE TO market.visible_notes DO INSTEAD (
    UPDATE market.notes SET hidden = true WHERE id = OLD.id;
    INSERT INTO audit.notes_log (note_id, what) VALUES (OLD.id, 'hidden');
);
CREATE RULE visible_notes_update AS ON UPDATE TO market.visible_notes DO INSTEAD NOTHING;
INSERT INTO market.visible_notes (body) VALUES ('first; note'), ('second)');
DELETE FROM market.visible_notes WHERE body = 'second)';
