ALTER TABLE public.issues
    ALTER COLUMN title TYPE varchar(120),
    ALTER COLUMN labels DROP DEFAULT,
    ALTER COLUMN labels TYPE text USING array_to_string(labels, ','),
    ALTER COLUMN labels SET DEFAULT '',
    ALTER COLUMN points TYPE varchar(10) USING points::text;
