SELECT i.id, i.user_id, t.id FROM billing.invoices i JOIN billing.items t ON t.invoice_id = i.id
