ALTER TABLE billing.invoices ADD COLUMN made timestamp with time zone DEFAULT now() NOT NULL;

CREATE INDEX invoices_made_idx ON billing.invoices (made DESC);

ALTER TABLE billing.invoices ADD CONSTRAINT invoices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;

ALTER TABLE billing.items ADD CONSTRAINT items_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES billing.invoices (id) ON DELETE CASCADE;
