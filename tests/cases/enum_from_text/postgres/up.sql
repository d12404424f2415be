CREATE TYPE mood AS ENUM ('sad', 'happy');

ALTER TABLE people DROP CONSTRAINT people_mood_check;

ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE mood USING mood::mood,
    ALTER COLUMN mood SET DEFAULT 'sad';
