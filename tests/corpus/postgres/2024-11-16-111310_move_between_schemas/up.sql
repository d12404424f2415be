ALTER TABLE public.holidays SET SCHEMA market;
ALTER FUNCTION public.is_holiday(date) SET SCHEMA market;
ALTER FUNCTION market.is_holiday(date) STRICT;
CREATE OR REPLACE FUNCTION market.is_holiday(d date) RETURNS boolean LANGUAGE sql STABLE STRICT
    AS $$ SELECT EXISTS (SELECT FROM market.holidays WHERE day = d) $$;
