CREATE TYPE mood AS ENUM ('sad', 'happy');

ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE mood USING mood::text::mood,
    ALTER COLUMN mood SET DEFAULT 'sad';

DROP TYPE feeling;
