ALTER TABLE public.tickets ADD CONSTRAINT tickets_title_check CHECK (char_length(title) BETWEEN 3 AND 500) NOT VALID;
ALTER TABLE public.tickets ADD COLUMN assignee_id bigint;
ALTER TABLE public.tickets ADD CONSTRAINT tickets_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES public.users (id) NOT VALID;
