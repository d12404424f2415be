-- A constraint cannot be made invalid again; it is added anew, unchecked.
ALTER TABLE public.tickets
    DROP CONSTRAINT tickets_title_check,
    ADD CONSTRAINT tickets_title_check CHECK (char_length(title) BETWEEN 3 AND 500) NOT VALID;
ALTER TABLE public.tickets
    DROP CONSTRAINT tickets_assignee_id_fkey,
    ADD CONSTRAINT tickets_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES public.users (id) NOT VALID;
