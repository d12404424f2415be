CREATE VIEW people AS SELECT id, name, email FROM users;
CREATE TRIGGER people_insert INSTEAD OF INSERT ON people
BEGIN
    INSERT INTO users (name, email) VALUES (NEW.name, NEW.email);
    SELECT 'inserted; ' || last_insert_rowid();
END;
CREATE TRIGGER people_update INSTEAD OF UPDATE ON people BEGIN UPDATE users SET name = NEW.name WHERE id = OLD.id; END;
INSERT INTO people (name, email) VALUES ('Edsger', 'edsger@example.org');
UPDATE people SET name = 'Edsger; W.' WHERE email = 'edsger@example.org';
