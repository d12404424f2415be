ALTER TABLE billing.invoices ADD COLUMN made timestamptz NOT NULL DEFAULT now();

CREATE INDEX invoices_made_idx ON billing.invoices (made DESC);

ALTER TABLE billing.invoices ADD CONSTRAINT invoices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

ALTER TABLE billing.items ADD CONSTRAINT items_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES billing.invoices (id) ON DELETE CASCADE;
