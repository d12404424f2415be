ALTER TABLE public.users DROP COLUMN display_name;
ALTER TABLE public.users DROP COLUMN last_name, DROP COLUMN first_name;
