ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'sad';

ALTER TYPE mood RENAME TO mood__old;

CREATE TYPE mood AS ENUM ('sad', 'happy');

-- fails while rows of `people` hold a label that is gone
ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE mood USING mood::text::mood,
    ALTER COLUMN mood SET DEFAULT 'sad'::mood;

DROP TYPE mood__old;
