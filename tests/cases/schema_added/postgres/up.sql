CREATE SCHEMA billing;

CREATE TABLE billing.invoices (
    id serial,
    user_id integer NOT NULL,
    cents bigint NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_cents_check CHECK (cents >= 0),
    CONSTRAINT invoices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT
);

CREATE INDEX invoices_user_id_idx ON billing.invoices (user_id);
