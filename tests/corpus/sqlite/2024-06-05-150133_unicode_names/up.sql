CREATE TABLE "größe; 名前" (schlüssel INTEGER PRIMARY KEY, wert TEXT DEFAULT 'naïve; 🐚', 名 TEXT);
INSERT INTO "größe; 名前" (名) VALUES ('村;上');
CREATE INDEX größe_index ON "größe; 名前" (名);
