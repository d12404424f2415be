DROP TYPE public.priority;
DROP TYPE market.role;
DROP TYPE market.order_status;
