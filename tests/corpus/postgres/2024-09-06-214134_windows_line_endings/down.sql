DROP FUNCTION public.is_holiday(date);
DROP TABLE public.holidays;
