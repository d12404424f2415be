DROP INDEX people_happy;

ALTER TYPE mood RENAME TO mood__old;

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');

ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE mood USING mood::text::mood,
    ALTER COLUMN mood SET DEFAULT 'sad'::mood,
    ALTER COLUMN moods TYPE mood[] USING moods::text[]::mood[];

ALTER TABLE pets
    ALTER COLUMN mood TYPE mood USING mood::text::mood;

DROP TYPE mood__old;

CREATE INDEX people_happy ON people (id) WHERE mood = 'happy'::mood;

ALTER TABLE people ADD CONSTRAINT people_mood_known CHECK (mood <> 'ok'::mood);
