DROP FUNCTION public.queue_take(integer);
DROP TABLE public.queue;
DROP FUNCTION public.queue_notify();
