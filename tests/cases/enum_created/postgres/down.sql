-- destroys data: column `people.mood` and its data
ALTER TABLE people DROP COLUMN mood;

DROP TYPE mood;
