ALTER TYPE mood RENAME TO mood__old;

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');

ALTER TABLE people
    ALTER COLUMN mood DROP DEFAULT,
    ALTER COLUMN mood TYPE mood USING mood::text::mood;

DROP TYPE mood__old;

ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'ok';
