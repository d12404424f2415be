ALTER TABLE public.tickets VALIDATE CONSTRAINT tickets_title_check;
ALTER TABLE public.tickets VALIDATE CONSTRAINT tickets_assignee_id_fkey;
