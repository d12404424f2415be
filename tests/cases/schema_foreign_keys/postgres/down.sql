ALTER TABLE billing.items DROP CONSTRAINT items_invoice_id_fkey;

ALTER TABLE billing.invoices DROP CONSTRAINT invoices_user_id_fkey;

DROP INDEX billing.invoices_made_idx;

-- destroys data: column `billing.invoices.made` and its data
ALTER TABLE billing.invoices DROP COLUMN made;
