DELETE FROM public.users WHERE email = 'alan@example.org';
DROP VIEW public.people;
DROP FUNCTION public.people_insert();
