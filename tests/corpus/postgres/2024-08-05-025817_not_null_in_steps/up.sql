ALTER TABLE public.tickets ADD COLUMN opened_at timestamptz;
UPDATE public.tickets SET opened_at = coalesce((SELECT created_at FROM public.users u WHERE u.id = reporter_id), now());
ALTER TABLE public.tickets ADD CONSTRAINT opened_at_set CHECK (opened_at IS NOT NULL) NOT VALID;
ALTER TABLE public.tickets VALIDATE CONSTRAINT opened_at_set;
ALTER TABLE public.tickets ALTER COLUMN opened_at SET NOT NULL;
ALTER TABLE public.tickets DROP CONSTRAINT opened_at_set;
ALTER TABLE public.tickets ALTER COLUMN opened_at SET DEFAULT now();
