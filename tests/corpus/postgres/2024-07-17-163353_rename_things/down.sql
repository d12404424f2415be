ALTER DOMAIN market.cents RENAME CONSTRAINT cents_positive TO cents_not_negative;
ALTER TYPE market.postal_address RENAME ATTRIBUTE zip TO postcode;
ALTER INDEX market.orders_open_index RENAME TO orders_open_idx;
ALTER TYPE public.ticket_state RENAME TO issue_state;
ALTER SEQUENCE public.tickets_id_seq RENAME TO issues_id_seq;
ALTER TABLE public.tickets RENAME CONSTRAINT tickets_reporter_id_fkey TO issues_reporter_id_fkey;
ALTER TABLE public.tickets RENAME CONSTRAINT tickets_pkey TO issues_pkey;
ALTER TABLE public.tickets RENAME COLUMN description TO body;
ALTER TABLE public.tickets RENAME TO issues;
