CREATE TABLE shops (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
    CONSTRAINT shops_slug UNIQUE (slug) ON CONFLICT ABORT
);
CREATE INDEX shops_owner ON shops (owner_id);
