CREATE TYPE public.issue_state AS ENUM ('open', 'in progress', 'closed; won''t fix', 'closed');
ALTER TABLE public.issues ALTER COLUMN state DROP DEFAULT;
ALTER TABLE public.issues ALTER COLUMN state TYPE public.issue_state USING state::public.issue_state;
ALTER TABLE public.issues ALTER COLUMN state SET DEFAULT 'open'::public.issue_state;
