CREATE TYPE market.reading AS (sensor integer, value double precision, at timestamptz);
CREATE TABLE market.readings OF market.reading (PRIMARY KEY (sensor, at), value WITH OPTIONS NOT NULL DEFAULT 'NaN');
CREATE TABLE market.places (id serial PRIMARY KEY, spot point, area box, address inet, network cidr, span interval, xmldoc text);
CREATE INDEX places_spot_idx ON market.places USING gist (spot);
CREATE INDEX places_network_idx ON market.places USING spgist (network inet_ops);
INSERT INTO market.places (spot, area, address, network, span) VALUES ('(1,2)', '((0,0),(1,1))', '192.0.2.1', '192.0.2.0/24', '1 year 2 mons; '::text::interval)
ON CONFLICT DO NOTHING;
