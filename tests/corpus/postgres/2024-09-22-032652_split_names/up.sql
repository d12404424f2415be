ALTER TABLE public.users ADD COLUMN first_name text, ADD COLUMN last_name text;
UPDATE public.users SET (first_name, last_name) = (SELECT n.first, nullif(n.last, '') FROM market.split_name(name) AS n);
ALTER TABLE public.users ADD COLUMN display_name text GENERATED ALWAYS AS (coalesce(first_name, '') || coalesce(' ' || last_name, '')) STORED;
