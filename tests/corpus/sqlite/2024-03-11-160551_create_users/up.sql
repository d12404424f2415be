-- People; buyers and sellers alike
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name TEXT NOT NULL DEFAULT 'it''s nobody; yet' CHECK (name <> ';'),
    role TEXT NOT NULL DEFAULT 'buyer' CHECK (role IN ('buyer', 'seller')),
    created_at TEXT NOT NULL DEFAULT (datetime('now'))
);
