DELETE FROM public.literals WHERE id = 100;
