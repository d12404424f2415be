DROP TRIGGER shops_touch ON market.shops;
DROP TRIGGER users_touch ON public.users;
DROP FUNCTION public.touch_updated_at();
ALTER TABLE market.shops DROP COLUMN updated_at;
ALTER TABLE public.users DROP COLUMN updated_at;
