ALTER TABLE public.tickets ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE public.tickets_id_seq AS integer OWNED BY public.tickets.id;
ALTER TABLE public.tickets ALTER COLUMN id SET DEFAULT nextval('public.tickets_id_seq');
SELECT setval('public.tickets_id_seq', coalesce(max(id), 1)) FROM public.tickets;
