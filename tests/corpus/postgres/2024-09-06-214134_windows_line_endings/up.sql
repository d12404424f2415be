-- Written on Windows; every line ends with CR and LF.
CREATE TABLE public.holidays (
    day date PRIMARY KEY,
    name text NOT NULL -- what it's called;
);
CREATE FUNCTION public.is_holiday(d date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.holidays WHERE day = d);
END;
$$;
INSERT INTO public.holidays VALUES ('2024-01-01', 'New Year''s
Day');
