ALTER TABLE things ADD COLUMN attributes hstore NOT NULL DEFAULT '';

CREATE INDEX things_attributes_idx ON things USING gin (attributes);
