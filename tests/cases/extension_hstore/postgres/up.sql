ALTER TABLE things ADD COLUMN attributes hstore DEFAULT ''::hstore NOT NULL;

CREATE INDEX things_attributes_idx ON things USING gin (attributes);
