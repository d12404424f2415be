-- SQLite cannot change this in place: `items` is built anew
PRAGMA defer_foreign_keys = ON;

ALTER TABLE items RENAME TO items__old;

CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop INTEGER NOT NULL,
    number INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    FOREIGN KEY (shop, number) REFERENCES orders (shop, number) ON DELETE CASCADE
);

INSERT INTO items (id, shop, number, amount)
SELECT id, shop, number, amount
FROM items__old;

-- `items` goes on counting where it was
DELETE FROM sqlite_sequence WHERE name = 'items';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'items', seq
FROM sqlite_sequence
WHERE name = 'items__old';

DROP TABLE items__old;
