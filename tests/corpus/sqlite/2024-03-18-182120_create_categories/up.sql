CREATE TABLE [categories] (
    [id] INTEGER PRIMARY KEY,
    [parent id; maybe] INTEGER REFERENCES categories DEFERRABLE INITIALLY DEFERRED,
    "name" TEXT NOT NULL,
    `path` TEXT NOT NULL DEFAULT ''
);
INSERT INTO categories VALUES (1, NULL, 'Everything', ''), (2, 1, 'Books; maps', '');
WITH RECURSIVE tree (id, path) AS (
    SELECT id, name FROM categories WHERE [parent id; maybe] IS NULL
    UNION ALL
    SELECT c.id, t.path || '/' || c.name FROM categories c JOIN tree t ON c.[parent id; maybe] = t.id
)
UPDATE categories SET path = (SELECT path FROM tree WHERE tree.id = categories.id);
