CREATE TABLE public.events_inbox (
    id bigint PRIMARY KEY,
    doc json NOT NULL,
    kind text GENERATED ALWAYS AS (doc ->> 'kind') STORED
);
INSERT INTO public.events_inbox (id, doc)
SELECT o.n, json_build_object('kind', 'k;' || o.n, 'items', (SELECT json_agg(x) FROM generate_series(1, o.n) AS x))
FROM generate_series(1, 3) WITH ORDINALITY AS o (v, n);
SELECT i.id, e.value, e.ordinality, jsonb_path_query_array(i.doc::jsonb, '$.items[*] ? (@ > 1)')
FROM public.events_inbox i CROSS JOIN LATERAL json_array_elements_text(i.doc -> 'items') WITH ORDINALITY AS e
WHERE i.doc::jsonb ? 'items' AND i.doc::jsonb @> '{"kind": "k;3"}';
CREATE INDEX events_inbox_kind ON public.events_inbox ((doc #>> '{meta,kind}')) WHERE kind LIKE 'k;%';
