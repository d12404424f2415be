CREATE TABLE public.sessions (
    region text NOT NULL,
    token text NOT NULL,
    user_id bigint REFERENCES public.users ON DELETE CASCADE,
    expires_at timestamptz
) PARTITION BY LIST (region);
CREATE TABLE public.sessions_eu PARTITION OF public.sessions FOR VALUES IN ('de', 'fr', 'it; es') PARTITION BY HASH (token);
CREATE TABLE public.sessions_eu_0 PARTITION OF public.sessions_eu FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE public.sessions_eu_1 PARTITION OF public.sessions_eu FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE public.sessions_rest PARTITION OF public.sessions DEFAULT;
CREATE UNIQUE INDEX sessions_token_key ON public.sessions (region, token);
