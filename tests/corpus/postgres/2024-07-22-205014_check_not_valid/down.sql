ALTER TABLE public.tickets DROP COLUMN assignee_id;
ALTER TABLE public.tickets DROP CONSTRAINT tickets_title_check;
