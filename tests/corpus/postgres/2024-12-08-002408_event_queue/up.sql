CREATE TABLE public.queue (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payload jsonb NOT NULL,
    run_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX queue_ready_idx ON public.queue (run_at) WHERE attempts < 5;
CREATE FUNCTION public.queue_take(n integer DEFAULT 1) RETURNS SETOF public.queue LANGUAGE sql AS $$
    UPDATE public.queue q SET attempts = q.attempts + 1
    WHERE q.id IN (SELECT id FROM public.queue WHERE run_at <= now() ORDER BY run_at FOR UPDATE SKIP LOCKED LIMIT n)
    RETURNING q.*;
$$;
CREATE FUNCTION public.queue_notify() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('queue', NEW.id::text); RETURN NULL; END; $$;
CREATE TRIGGER queue_notify AFTER INSERT ON public.queue FOR EACH ROW EXECUTE FUNCTION public.queue_notify();
INSERT INTO public.queue (payload) SELECT jsonb_build_object('n', n) FROM generate_series(1, 20) n;
SELECT count(*) FROM public.queue_take(5);
