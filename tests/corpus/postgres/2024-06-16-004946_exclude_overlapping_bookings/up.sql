CREATE TABLE market.bookings (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room integer NOT NULL,
    during tstzrange NOT NULL CHECK (NOT isempty(during)),
    cancelled boolean NOT NULL DEFAULT false
);
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist') THEN
        ALTER TABLE market.bookings ADD CONSTRAINT bookings_overlap
            EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (NOT cancelled);
    ELSE
        ALTER TABLE market.bookings ADD CONSTRAINT bookings_overlap
            EXCLUDE USING gist (int4range(room, room, '[]') WITH &&, during WITH &&) WHERE (NOT cancelled);
    END IF;
END $$;
INSERT INTO market.bookings (room, during) VALUES (1, '[2024-01-01 10:00, 2024-01-01 11:00)'), (1, '[2024-01-01 11:00, 2024-01-01 12:00)');
