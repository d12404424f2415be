CREATE DOMAIN market.cents AS bigint CONSTRAINT cents_not_negative CHECK (VALUE >= 0);
CREATE DOMAIN market.slug AS varchar(80) NOT NULL DEFAULT 'untitled'
    CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
CREATE DOMAIN market.currency AS char(3) COLLATE "C" DEFAULT 'EUR' CHECK (VALUE = upper(VALUE));
COMMENT ON DOMAIN market.cents IS 'Hundredths of a unit; never -1';
