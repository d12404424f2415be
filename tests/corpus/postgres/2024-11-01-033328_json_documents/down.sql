DROP TABLE public.events_inbox;
