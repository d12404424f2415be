CREATE COLLATION market.byte_order FROM "C";
CREATE COLLATION market.posix (LOCALE = 'POSIX');
CREATE TABLE market.codes (
    code text COLLATE market.byte_order PRIMARY KEY,
    label text COLLATE "C" NOT NULL
);
CREATE INDEX codes_label_idx ON market.codes (label COLLATE market.posix);
