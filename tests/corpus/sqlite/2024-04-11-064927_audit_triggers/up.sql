CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, what TEXT, before TEXT, after TEXT);
CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN
    INSERT INTO audit (what, after) VALUES ('insert; user', json_object('id', NEW.id));
    UPDATE users SET name = CASE WHEN NEW.name = '' THEN 'empty;' ELSE trim(NEW.name) END WHERE id = NEW.id;
    SELECT CASE WHEN NEW.email NOT LIKE '%@%' THEN raise(ABORT, 'no @; sorry') END;
END;
CREATE TRIGGER users_delete BEFORE DELETE ON users BEGIN
    /* an inner; comment END; */
    INSERT INTO audit (what, before) VALUES ('delete', OLD.id);
    DELETE FROM audit WHERE what = 'old;' AND "before" = OLD.id;
END;
INSERT INTO users (email, name) VALUES ('alan@example.org', ' Alan ');
