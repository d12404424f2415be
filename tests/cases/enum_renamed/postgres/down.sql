CREATE TYPE mood AS ENUM ('sad', 'happy');

ALTER TABLE people ALTER COLUMN mood DROP DEFAULT;

ALTER TABLE people ALTER COLUMN mood TYPE mood USING mood::text::mood;

ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'sad'::mood;

DROP TYPE feeling;
