UPDATE users SET age = 18 WHERE age IS NULL;

ALTER TABLE users
    ALTER COLUMN age SET DEFAULT 18,
    ALTER COLUMN age SET NOT NULL;

UPDATE users SET level = 'low'::character varying WHERE level IS NULL;

ALTER TABLE users
    ALTER COLUMN level SET DEFAULT 'low',
    ALTER COLUMN level SET NOT NULL;
