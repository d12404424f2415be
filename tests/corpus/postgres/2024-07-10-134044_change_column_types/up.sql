ALTER TABLE public.issues
    ALTER COLUMN points TYPE integer USING nullif(trim(points), '')::integer,
    ALTER COLUMN labels DROP DEFAULT,
    ALTER COLUMN labels TYPE text[] USING string_to_array(labels, ','),
    ALTER COLUMN labels SET DEFAULT '{}',
    ALTER COLUMN title TYPE text;
