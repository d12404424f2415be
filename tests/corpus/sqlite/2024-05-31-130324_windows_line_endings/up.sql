-- Written on Windows
CREATE TABLE holidays (
    day TEXT PRIMARY KEY, -- what's this; a date
    name TEXT
);
CREATE TRIGGER holidays_name AFTER INSERT ON holidays BEGIN
    UPDATE holidays SET name = coalesce(name, 'unnamed;')
    WHERE day = NEW.day;
END;
INSERT INTO holidays (day) VALUES ('2024-01-01');
