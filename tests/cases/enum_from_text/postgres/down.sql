ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE text,
    ALTER COLUMN mood SET DEFAULT 'sad';

ALTER TABLE people ADD CONSTRAINT people_mood_check CHECK (mood = ANY (ARRAY['sad'::text, 'happy'::text]));

DROP TYPE mood;
