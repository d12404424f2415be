ALTER TABLE public.issues ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE text USING state::text;
ALTER TABLE public.issues ALTER COLUMN state SET DEFAULT 'open';
DROP TYPE public.issue_state;
