CREATE OR REPLACE FUNCTION market.is_holiday(d date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.holidays WHERE day = d);
END;
$$;
ALTER FUNCTION market.is_holiday(date) SET SCHEMA public;
ALTER TABLE market.holidays SET SCHEMA public;
