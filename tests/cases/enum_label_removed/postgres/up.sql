ALTER TABLE people DROP CONSTRAINT people_mood_known;

DROP INDEX people_happy;

ALTER TYPE mood RENAME TO mood__old;

CREATE TYPE mood AS ENUM ('sad', 'happy');

-- fails while rows of `people` hold a label that is gone
ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE mood USING mood::text::mood,
    ALTER COLUMN mood SET DEFAULT 'sad'::mood,
    ALTER COLUMN moods TYPE mood[] USING moods::text[]::mood[];

-- fails while rows of `pets` hold a label that is gone
ALTER TABLE pets
    ALTER COLUMN mood TYPE mood USING mood::text::mood;

DROP TYPE mood__old;

CREATE INDEX people_happy ON people (id) WHERE mood = 'happy'::mood;
