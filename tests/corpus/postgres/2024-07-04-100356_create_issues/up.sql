CREATE TABLE public.issues (
    id serial PRIMARY KEY,
    reporter_id bigint NOT NULL REFERENCES public.users,
    title varchar(120) NOT NULL,
    state text NOT NULL DEFAULT 'open',
    points varchar(10),
    labels text DEFAULT '',
    body text
);
INSERT INTO public.issues (reporter_id, title, points, labels)
SELECT id, 'It''s broken; help', '3', 'bug,urgent' FROM public.users ORDER BY id LIMIT 2;
