INSERT INTO users (name) VALUES ('Ada');
INSERT INTO billing.invoices (user_id) VALUES (1);
INSERT INTO billing.items (invoice_id) VALUES (1);
