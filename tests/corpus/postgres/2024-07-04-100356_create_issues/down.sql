DROP TABLE public.issues;
