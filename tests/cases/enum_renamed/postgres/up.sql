CREATE TYPE feeling AS ENUM ('sad', 'happy');

ALTER TABLE people ALTER COLUMN mood DROP DEFAULT;

ALTER TABLE people ALTER COLUMN mood TYPE feeling USING mood::text::feeling;

ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'sad'::feeling;

DROP TYPE mood;
