CREATE TYPE feeling AS ENUM ('sad', 'happy');

ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE feeling USING mood::text::feeling,
    ALTER COLUMN mood SET DEFAULT 'sad';

DROP TYPE mood;
