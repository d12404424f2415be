CREATE VIEW public.people AS SELECT id, first_name, last_name, email::text AS email FROM public.users;
CREATE FUNCTION public.people_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE new_id bigint;
BEGIN
    INSERT INTO public.users (email, name, first_name, last_name)
    VALUES (NEW.email, concat_ws(' ', NEW.first_name, NEW.last_name), NEW.first_name, NEW.last_name)
    RETURNING id INTO new_id;
    NEW.id := new_id;
    RETURN NEW;
END $$;
CREATE TRIGGER people_insert INSTEAD OF INSERT ON public.people FOR EACH ROW EXECUTE FUNCTION public.people_insert();
INSERT INTO public.people (first_name, last_name, email) VALUES ('Alan', 'Turing', 'alan@example.org');
