DROP TABLE public.literals;
