ALTER TABLE public.issues RENAME TO tickets;
ALTER TABLE public.tickets RENAME COLUMN body TO description;
ALTER TABLE public.tickets RENAME CONSTRAINT issues_pkey TO tickets_pkey;
ALTER TABLE public.tickets RENAME CONSTRAINT issues_reporter_id_fkey TO tickets_reporter_id_fkey;
ALTER SEQUENCE public.issues_id_seq RENAME TO tickets_id_seq;
ALTER TYPE public.issue_state RENAME TO ticket_state;
ALTER INDEX market.orders_open_idx RENAME TO orders_open_index;
ALTER TYPE market.postal_address RENAME ATTRIBUTE postcode TO zip;
ALTER DOMAIN market.cents RENAME CONSTRAINT cents_not_negative TO cents_positive;
