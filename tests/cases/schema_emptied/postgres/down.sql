CREATE TABLE billing.invoices (
    id serial,
    cents bigint NOT NULL DEFAULT 0,
    CONSTRAINT invoices_pkey PRIMARY KEY (id)
);
