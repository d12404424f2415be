-- SQLite cannot change this in place: `order` is built anew
ALTER TABLE "order" RENAME TO order__old;

CREATE TABLE "order" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "Select" TEXT NOT NULL,
    "two words" INTEGER NOT NULL DEFAULT 1,
    "that's" TEXT,
    "back`tick" VARCHAR(20),
    "dou""ble" INTEGER,
    "percent%" INTEGER,
    "group" INTEGER,
    CONSTRAINT "a check" CHECK (length('x') = 1)
);

INSERT INTO "order" (id, "Select", "two words", "that's", "back`tick", "dou""ble", "percent%", "group")
SELECT id, "Select", "two words", "it's", "back`tick", "dou""ble", "percent%", "group"
FROM order__old;

-- `order` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'order';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'order', seq
FROM sqlite_sequence
WHERE name = 'order__old';

DROP TABLE order__old;

CREATE INDEX order_group_idx ON "order" ("group");
