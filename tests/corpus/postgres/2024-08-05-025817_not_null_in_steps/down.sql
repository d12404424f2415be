ALTER TABLE public.tickets DROP COLUMN opened_at;
