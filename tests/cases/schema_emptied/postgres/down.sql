CREATE TABLE billing.invoices (
    id serial,
    cents bigint DEFAULT 0 NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (id)
);
